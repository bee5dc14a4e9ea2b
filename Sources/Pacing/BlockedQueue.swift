/// A merchant's queue that waits for the merchant's own quota.
@usableFromInline
struct BlockedQueue: Comparable, Sendable {
  @usableFromInline let due: Duration
  @usableFromInline let queue: Int

  @inlinable
  init(due: Duration, queue: Int) {
    self.due = due
    self.queue = queue
  }

  @inlinable
  static func < (one: Self, other: Self) -> Bool {
    one.due == other.due ? one.queue < other.queue : one.due < other.due
  }
}
