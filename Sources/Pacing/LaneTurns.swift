import DequeModule

/// The queues of one lane that may be able to start something, in the order of their turns.
@usableFromInline
struct LaneTurns: Sendable {
  /// Queues whose turn comes.
  @usableFromInline var rotation = Deque<Int>()
  /// Queues with nothing but retries, which found the retry budget empty.
  @usableFromInline var starved = Deque<Int>()

  @inlinable
  init() {}
}
