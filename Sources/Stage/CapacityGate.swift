import Synchronization

/// Counts things in use and lets a task wait until few enough are: the bound on batches in flight, and the way to learn that all is done.
public final class CapacityGate: Sendable {
  private struct Waiter {
    var id: UInt64
    var limit: Int
    var continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var inUse = 0
    var nextID: UInt64 = 0
    var waiters: [Waiter] = []
  }
  private let state = Mutex(State())

  /// Nothing in use.
  public init() {}

  /// How many are in use.
  public var inUse: Int { state.withLock { $0.inUse } }

  /// Counts `count` more.
  public func enter(_ count: Int = 1) { state.withLock { $0.inUse += count } }

  /// Counts `count` less and wakes whoever waited for that.
  public func leave(_ count: Int = 1) {
    let ready = state.withLock { state in
      state.inUse -= count
      let ready = state.waiters.filter { $0.limit >= state.inUse }
      state.waiters.removeAll { $0.limit >= state.inUse }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  /// Waits until at most `limit` are in use.
  /// - Throws: `CancellationError`.
  public func wait(untilAtMost limit: Int) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // A cancellation before this point finds no waiter to remove, so it is looked at once more under the lock; one after this
        // point finds the waiter. Either way the continuation is resumed once.
        let immediate: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.inUse <= limit { return .success(()) }
          state.waiters.append(Waiter(id: id, limit: limit, continuation: continuation))
          return nil
        }
        if let immediate { continuation.resume(with: immediate) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return state.waiters.remove(at: index)
      }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }
}
