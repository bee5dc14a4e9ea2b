/// Allows retries in proportion to recent first attempts, plus a minimum per second.
///
/// Over any interval the retries are at most `ratio` times the first attempts of that interval and of one `window` before it, plus
/// `minimumPerSecond` times its length, plus one second's minimum (rounded up). An empty budget makes a retry wait; it never makes it fail.
public struct RetryBudget: Sendable {
  /// A first attempt earns thousandths of a retry, as integers: sums of 0.2 in floating point would drift.
  private static let unitsPerRetry = 1000
  private static let sliceCount = 10

  private let unitsPerFirstAttempt: Int
  private let sliceLength: Duration
  private var minimum: TokenBucket

  /// What was earned and not spent, by the tenth of the window in which it was earned; `current` is the youngest.
  private var slices = InlineArray<10, Int>(repeating: 0)
  private var current = 0
  private var currentEnds: Duration
  private var balance = 0

  /// An account without deposits, whose minimum is there from the start.
  public init(_ configuration: RetryBudgetConfiguration = .standard, now: Duration = .zero) {
    unitsPerFirstAttempt = Int(configuration.ratio * Double(Self.unitsPerRetry) + 0.5)
    sliceLength = configuration.window / Self.sliceCount
    currentEnds = now + sliceLength
    let perSecond = configuration.minimumPerSecond
    // The range of a quota's rate keeps the conversion safe. `.rounded(.up)` would need libm, which nothing here links.
    let whole = perSecond.isFinite ? Int(perSecond) : 1
    minimum = TokenBucket(Quota(requestsPerSecond: perSecond, burst: Double(whole) < perSecond ? whole + 1 : whole))
  }

  /// Records that a first attempt started.
  public mutating func deposit(now: Duration) {
    expire(now: now)
    slices[current] += unitsPerFirstAttempt
    balance += unitsPerFirstAttempt
  }

  /// Pays for one retry if the budget allows it now.
  /// - Returns: whether the retry may start; if not, `nextDue(now:)` says when to ask again.
  public mutating func withdraw(now: Duration) -> Bool {
    expire(now: now)
    guard balance >= Self.unitsPerRetry else { return minimum.take(now: now) }
    balance -= Self.unitsPerRetry
    // Oldest first: what would expire next is spent first.
    var due = Self.unitsPerRetry
    var slice = current
    while due > 0 {
      slice = (slice + 1) % Self.sliceCount
      let part = min(due, slices[slice])
      slices[slice] -= part
      due -= part
    }
    return true
  }

  /// The moment from which a retry is allowed if no first attempt starts before: `now` or earlier when one is allowed already.
  public mutating func nextDue(now: Duration) -> Duration {
    expire(now: now)
    return balance >= Self.unitsPerRetry ? now : minimum.nextDue
  }

  private mutating func expire(now: Duration) {
    guard now >= currentEnds else { return }
    if now >= currentEnds + sliceLength * Self.sliceCount {
      // A whole window passed unobserved; nothing of it is left, and stepping through it would take as long as it was.
      slices = InlineArray(repeating: 0)
      balance = 0
      currentEnds = now + sliceLength
      return
    }
    while now >= currentEnds {
      current = (current + 1) % Self.sliceCount
      balance -= slices[current]
      slices[current] = 0
      currentEnds += sliceLength
    }
  }
}
