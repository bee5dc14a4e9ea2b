/// A merchant that waits for its own quota.
@usableFromInline
struct BlockedMerchant: Comparable, Sendable {
  @usableFromInline let due: Duration
  @usableFromInline let merchant: Int

  @inlinable
  init(due: Duration, merchant: Int) {
    self.due = due
    self.merchant = merchant
  }

  @inlinable
  static func < (one: Self, other: Self) -> Bool {
    one.due == other.due ? one.merchant < other.merchant : one.due < other.due
  }
}
