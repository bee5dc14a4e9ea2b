import CheckoutSession
import Synchronization

/// A call's one answer: that of the worker that did it, or that of the cancellation that came before.
final class PoolCall<Value: Sendable>: Sendable {
  private enum State {
    case new
    case waiting(CheckedContinuation<Result<Value, LedgerFailure>, Never>)
    case ended(Result<Value, LedgerFailure>)
  }
  private let state = Mutex(State.new)

  /// Whether nobody waits for the answer any more.
  var isEnded: Bool {
    state.withLock { if case .ended = $0 { true } else { false } }
  }

  /// The caller waits from now on; false if it has its answer already: a cancellation may come before the caller waits.
  func begin(_ continuation: CheckedContinuation<Result<Value, LedgerFailure>, Never>) -> Bool {
    let early = state.withLock { state -> Result<Value, LedgerFailure>? in
      if case .ended(let result) = state { return result }
      state = .waiting(continuation)
      return nil
    }
    if let early { continuation.resume(returning: early) }
    return early == nil
  }

  /// Answers, unless that has been done.
  func end(_ result: Result<Value, LedgerFailure>) {
    let continuation = state.withLock { state -> CheckedContinuation<Result<Value, LedgerFailure>, Never>? in
      switch state {
      case .ended: return nil
      case .new:
        state = .ended(result)
        return nil
      case .waiting(let continuation):
        state = .ended(result)
        return continuation
      }
    }
    continuation?.resume(returning: result)
  }
}
