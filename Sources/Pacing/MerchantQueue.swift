import DequeModule

/// What one merchant has waiting in one lane, and where this queue itself stands in the pacer's rotation.
@usableFromInline
struct MerchantQueue<Item: Sendable>: Sendable {
  /// A queue is in exactly one place, so nothing is looked at twice in one round.
  @usableFromInline
  enum Place: Sendable {
    /// Nothing waits.
    case idle
    /// In the rotation of its lane: something may be able to start.
    case rotation
    /// In the heap of those that wait for their merchant's own quota.
    case blocked
    /// Has nothing but retries, and the retry budget was empty.
    case starved
    /// Replays that leave their merchant's next start to its ordinary requests; see `Pacer.mustYield`.
    case yielding
  }

  @usableFromInline var firstAttempts = Deque<Item>()
  /// Retries whose time has come; they go ahead of first attempts.
  @usableFromInline var retries = Deque<Item>()
  @usableFromInline var place = Place.idle
  /// Items started since the start.
  @usableFromInline var started = 0
  /// Of replays: ordinary requests of the merchant that have started since the last of these, as long as some of these wait.
  @usableFromInline var startsBeforeReplay = 0

  @inlinable var isEmpty: Bool { firstAttempts.isEmpty && retries.isEmpty }
  @inlinable var count: Int { firstAttempts.count + retries.count }

  @inlinable
  init() {}
}
