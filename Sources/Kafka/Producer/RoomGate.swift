import Synchronization

/// Lets senders wait until the producer's queue has room again, without holding a thread.
///
/// The race: between "the queue is full" and the wait, all deliveries may come, and none would come after. So a sender reads
/// ``generation`` *before* it tries; the wait ends at once if deliveries came since. A short time-out besides makes a lost signal harmless.
final class RoomGate: Sendable {
  private struct State {
    var generation: UInt64 = 0
    var lastID: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())
  static let waitMax = Duration.milliseconds(100)

  /// Changes with every delivery report.
  var generation: UInt64 { state.withLock { $0.generation } }

  /// Records have left the queue.
  func signal() {
    let waiting = state.withLock { state in
      state.generation += 1
      defer { state.waiting = [:] }
      return state.waiting.values.map { $0 }
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits for the next delivery after `generation`, for ``waitMax`` at most.
  func wait(since generation: UInt64) async {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        guard state.generation == generation else { return true }
        state.waiting[id] = continuation
        return false
      }
      if isOver { return continuation.resume() }
      Task {  // after the continuation is in line, so that it cannot come too early
        try? await ContinuousClock().sleep(for: Self.waitMax)
        release(id)
      }
    }
  }

  private func release(_ id: UInt64) {
    let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
    continuation?.resume()
  }
}
