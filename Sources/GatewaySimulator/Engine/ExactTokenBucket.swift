/// A token bucket in integers: over any interval exactly `rate × time + burst` requests pass, with no rounding that adds up.
///
/// A token is 10¹² units, a nanosecond at one thousandth of a request a second is one unit.
struct ExactTokenBucket {
  private static let unitsPerToken: Int64 = 1_000_000_000_000

  let limit: QuotaRule.Limit
  private let unitsPerNanosecond: Int64
  private let capacity: Int64
  private var units: Int64
  private var updatedAt: Int64

  /// A full bucket.
  init(_ limit: QuotaRule.Limit, at now: Int64) {
    self.limit = limit
    unitsPerNanosecond = max(1, Int64((limit.requestsPerSecond * 1000).rounded()))
    capacity = Int64(limit.burst) * Self.unitsPerToken
    units = capacity
    updatedAt = now
  }

  /// Takes a token if there is one.
  mutating func take(at now: Int64) -> Bool {
    refill(at: now)
    guard units >= Self.unitsPerToken else { return false }
    units -= Self.unitsPerToken
    return true
  }

  /// Gives back a token that was taken for a request refused elsewhere.
  mutating func giveBack() { units = min(capacity, units + Self.unitsPerToken) }

  /// How long until there is a token, in nanoseconds.
  mutating func waitNanoseconds(at now: Int64) -> Int64 {
    refill(at: now)
    let missing = Self.unitsPerToken - units
    return missing <= 0 ? 0 : (missing + unitsPerNanosecond - 1) / unitsPerNanosecond
  }

  private mutating func refill(at now: Int64) {
    // Loops of several threads read the clock before they take the lock, so a later call may carry an earlier time: that refills nothing.
    guard now > updatedAt else { return }
    let elapsed = now - updatedAt
    updatedAt = now
    let missing = capacity - units
    units = elapsed > missing / unitsPerNanosecond ? capacity : units + elapsed * unitsPerNanosecond
  }
}
