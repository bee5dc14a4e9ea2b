/// A retry that waits for its time. Ordered by that time; equal times keep the order in which they came.
@usableFromInline
struct DelayedItem<Item: Sendable>: Comparable, Sendable {
  @usableFromInline let notBefore: Duration
  @usableFromInline let sequence: UInt64
  @usableFromInline let queue: Int
  @usableFromInline let item: Item

  @inlinable
  init(notBefore: Duration, sequence: UInt64, queue: Int, item: Item) {
    self.notBefore = notBefore
    self.sequence = sequence
    self.queue = queue
    self.item = item
  }

  @inlinable
  static func == (one: Self, other: Self) -> Bool { one.sequence == other.sequence }

  @inlinable
  static func < (one: Self, other: Self) -> Bool {
    one.notBefore == other.notBefore ? one.sequence < other.sequence : one.notBefore < other.notBefore
  }
}
