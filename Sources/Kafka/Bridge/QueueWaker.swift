import CKafka
import Synchronization

/// Interrupts a consumer thread that blocks in one of its queues, from any thread.
final class QueueWaker: Sendable {
  /// `@unchecked`: librdkafka's queues are thread-safe; the mutex around them decides how long they live.
  private struct Queues: @unchecked Sendable { var raw: [OpaquePointer] }
  private let queues = Mutex(Queues(raw: []))

  /// From now on these are woken. Empty before the queues are destroyed: a wake that comes later then touches nothing.
  func set(_ raw: [OpaquePointer]) {
    let new = Queues(raw: raw)
    queues.withLock { $0 = new }
  }

  /// Wakes the thread if it blocks, and else lets its next poll return at once (fact 3).
  func wake() {
    queues.withLock { queues in for queue in queues.raw { ck_queue_yield(queue) } }
  }
}
