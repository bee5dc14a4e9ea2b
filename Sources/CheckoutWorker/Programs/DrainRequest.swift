import Synchronization

/// Carries the wish to end to a stage, which may not have begun yet.
final class DrainRequest: Sendable {
  private struct State {
    var isMade = false
    var drain: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  private let startup: StartupWait

  /// - Parameter startup: what the stage's process waits in before it begins.
  init(startup: StartupWait) { self.startup = startup }

  /// Whether it was made.
  var isMade: Bool { state.withLock { $0.isMade } }

  /// Asks the stage to end, now or when it begins. May be called at any time; the first call counts. Never blocks.
  func make() {
    let drain = state.withLock { state -> (@Sendable () -> Void)? in
      guard !state.isMade else { return nil }
      state.isMade = true
      return state.drain ?? startup.cancel
    }
    drain?()
  }

  /// Says that the stage begins, and how to ask it to end.
  /// - Throws: `CancellationError` if it was asked before.
  func stageBegins(_ drain: @escaping @Sendable () -> Void) throws {
    try state.withLock { state in
      if state.isMade { throw CancellationError() }
      state.drain = drain
    }
  }
}
