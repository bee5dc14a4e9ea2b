import Pacing
import Synchronization

/// Wakes a task that waits for something to happen, or for a moment.
final class ReplayBell: Sendable {
  private struct State {
    var generation: UInt64 = 0
    var nextID: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }
  private let state = Mutex(State())

  /// How often it has rung. Read it before looking at what is waited for: a ring in between then ends the wait at once.
  var generation: UInt64 { state.withLock { $0.generation } }

  /// Wakes who waits.
  func ring() {
    let waiters = state.withLock { state in
      state.generation += 1
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns when it has rung since `generation`, or at `moment`.
  /// - Throws: `CancellationError`.
  func wait(since generation: UInt64, until moment: Duration, _ time: MonotonicTime) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait(since: generation) }
      group.addTask { try await time.sleep(until: moment) }
      defer { group.cancelAll() }
      try await group.next()
    }
    try Task.checkCancellation()
  }

  /// Returns when it has rung since `generation`, or when cancelled.
  func wait(since generation: UInt64) async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // A cancellation before this block found no waiter, so its flag is looked at here; one after it finds the waiter.
        let isOver = state.withLock { state in
          if Task.isCancelled || state.generation != generation { return true }
          state.waiters[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}
