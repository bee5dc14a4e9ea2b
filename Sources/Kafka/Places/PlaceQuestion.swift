import Synchronization

/// One call of ``KafkaPlaceReader/read(_:silenceMax:)``: who waits, until somebody has answered.
///
/// The race: the thread that reads and the cancellation of the waiting task may answer in the same moment, and the cancellation may come before the wait has
/// begun. Whoever is first sets the answer, under the lock; whoever has the continuation then resumes it, once.
final class PlaceQuestion: Sendable {
  typealias Answer = Result<[KafkaPlaceContent], KafkaError>

  private struct State {
    var early: Answer?
    var continuation: CheckedContinuation<Answer, Never>?
    var isOver = false
  }

  private let state = Mutex(State())

  /// Whether nobody waits any more.
  var isOver: Bool { state.withLock { $0.isOver } }

  /// From now on this one waits.
  func wait(_ continuation: CheckedContinuation<Answer, Never>) {
    let early = state.withLock { state in
      if state.early == nil { state.continuation = continuation }
      return state.early
    }
    if let early { continuation.resume(returning: early) }
  }

  /// Answers, unless somebody has.
  func answer(_ answer: Answer) {
    let waiting = state.withLock { state -> CheckedContinuation<Answer, Never>? in
      guard !state.isOver else { return nil }
      state.isOver = true
      if state.continuation == nil { state.early = answer }
      defer { state.continuation = nil }
      return state.continuation
    }
    waiting?.resume(returning: answer)
  }
}
