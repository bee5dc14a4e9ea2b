import Synchronization

/// Waits for a result, but not for ever.
enum Deadline {
  /// Who waits, until somebody has answered.
  private final class Waiter<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

    init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = Mutex(continuation) }

    /// Answers, if nobody has yet; whether this was the answer.
    @discardableResult func answer(_ value: Value?) -> Bool {
      let taken = continuation.withLock { continuation in
        defer { continuation = nil }
        return continuation
      }
      taken?.resume(returning: value)
      return taken != nil
    }
  }

  /// The result of `operation`; nil when it has not come within `limit`. The operation is cancelled then, and not waited for: one that hangs in
  /// a system call must not make the command hang.
  ///
  /// The race: result and time-out may come at the same moment on two threads. Whoever takes the continuation out of the mutex resumes it; the
  /// other finds none.
  static func wait<Value: Sendable>(
    _ limit: Duration, clock: any Clock<Duration> = ContinuousClock(), for operation: @escaping @Sendable () async -> Value
  ) async -> Value? {
    let timer = Mutex<Task<Void, Never>?>(nil)
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
      let waiter = Waiter(continuation)
      let work = Task { _ = waiter.answer(await operation()) }
      let task = Task {
        try? await clock.sleep(for: limit)
        if waiter.answer(nil) { work.cancel() }
      }
      timer.withLock { $0 = task }
    }
    timer.withLock { $0?.cancel() }
    return result
  }
}
