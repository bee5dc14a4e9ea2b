import Synchronization

/// Something that happens once, and somebody who waits for it.
public final class Signal: Sendable {
  private struct State {
    var isGiven = false
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  /// Nothing has happened yet.
  public init() {}

  /// It has happened.
  public func give() {
    state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.isGiven = true
      defer { state.waiter = nil }
      return state.waiter
    }?.resume()
  }

  /// Returns once it has happened; not to be cancelled.
  public func wait() async {
    await withCheckedContinuation { continuation in
      state.withLock { state in if state.isGiven { continuation.resume() } else { state.waiter = continuation } }
    }
  }
}
