import CheckoutSession

/// What the attempts at one request came to, in this run.
struct AttemptHistory: Sendable {
  /// How attempts failed: there only once one has, so that a request that never fails does not carry it.
  final class Failures: Sendable {
    /// When an attempt first failed.
    let firstAt: Timestamp
    /// When an attempt last failed.
    let lastAt: Timestamp
    /// Why it last failed.
    let last: GatewayFailure

    init(firstAt: Timestamp, lastAt: Timestamp, last: GatewayFailure) {
      self.firstAt = firstAt
      self.lastAt = lastAt
      self.last = last
    }
  }

  /// POSTs that were sent; one that is under way is among them.
  private(set) var sent = 0
  /// Attempts that failed in a way that counts against `creation.maxAttempts`.
  private(set) var failed = 0
  /// Attempts in a row that left and failed without counting, because the gateway gave nobody a usable answer.
  private(set) var unproven = 0
  /// Attempts in a row that never left.
  private(set) var unreached = 0
  /// Attempts in a row that were refused for an expired token.
  private(set) var tokensExpired = 0
  /// Whether a session may exist that nobody has seen.
  var inDoubt = false
  /// How attempts failed; nil as long as none has.
  private(set) var failures: Failures?
  /// When the last attempt started, or the one that is under way.
  private(set) var startedAt = Duration.zero
  /// When the attempt before that started; nil if there was none.
  private(set) var previousStartedAt: Duration?
  /// The gateway's usable answers to anybody when the attempt before failed, or when the first one started.
  private(set) var usableSeen = 0

  /// When the first attempt started, whether it left or not: time in which none left is excused, so it is counted from here in any case.
  private var firstStartedAt: Duration?
  /// Since when time does not count: the start of an attempt whose failure said nothing about the request.
  private var excusedSince: Duration?
  private var excused = Duration.zero
  /// The outages that there had been when what is counted here began.
  private var outages = 0

  /// Notes that an attempt starts.
  /// - Parameters:
  ///   - outages: that there have been so far. What was counted before an outage began may have been its first signs, so nothing of it counts afterwards,
  ///     nor does the time that it took.
  ///   - usableCount: usable answers of the gateway so far, to anybody.
  mutating func start(at now: Duration, outages: Int = 0, usableCount: Int = 0) {
    if outages != self.outages {
      self.outages = outages
      pardon()
    }
    if firstStartedAt == nil { firstStartedAt = now }
    if let since = excusedSince {
      excused += now - since
      excusedSince = nil
    }
    if failures == nil { usableSeen = usableCount } else { previousStartedAt = startedAt }
    sent += 1
    startedAt = now
  }

  /// Notes that the attempt failed.
  /// - Parameters:
  ///   - isProven: whether the gateway has given somebody a usable answer since the attempt before failed (or since this one started, if it is the first):
  ///     only then may the failure be the request's own.
  ///   - usableCount: usable answers of the gateway so far, to anybody.
  mutating func fail(_ failure: GatewayFailure, at moment: Timestamp, isProven: Bool = true, usableCount: Int = 0) {
    failures = Failures(firstAt: failures?.firstAt ?? moment, lastAt: moment, last: failure)
    usableSeen = usableCount
    if failure.inDoubt { inDoubt = true }
    if failure.neverLeft { sent -= 1 }
    unreached = failure.neverLeft ? unreached + 1 : 0
    tokensExpired = failure.code == .tokenExpired ? tokensExpired + 1 : 0
    guard AttemptPolicy.counts(failure) else {
      excusedSince = startedAt
      return
    }
    if isProven {
      failed += 1
      unproven = 0
    } else {
      unproven += 1
      excusedSince = startedAt
    }
  }

  /// Forgets what counts against the request: whatever kept it waiting was not its fault.
  mutating func pardon() {
    failed = 0
    unproven = 0
    firstStartedAt = nil
    excusedSince = nil
    excused = .zero
  }

  /// How long the request has been tried at `moment`, without the time that outages, throttling and refused credentials took: an outage
  /// of ten minutes must not leave a request with a single further attempt.
  func timeTried(until moment: Duration) -> Duration {
    (excusedSince ?? moment) - (firstStartedAt ?? moment) - excused
  }
}
