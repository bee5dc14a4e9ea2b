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
  /// Attempts in a row that never left.
  private(set) var unreached = 0
  /// Attempts in a row that were refused for an expired token.
  private(set) var tokensExpired = 0
  /// Whether a session may exist that nobody has seen.
  var inDoubt = false
  /// How attempts failed; nil as long as none has.
  private(set) var failures: Failures?

  /// When the first attempt started, whether it left or not: time in which none left is excused, so it is counted from here in any case.
  private var firstStartedAt: Duration?
  private var startedAt = Duration.zero
  /// Since when time does not count: the start of an attempt whose failure said nothing about the request.
  private var excusedSince: Duration?
  private var excused = Duration.zero

  /// Notes that an attempt starts.
  mutating func start(at now: Duration) {
    if firstStartedAt == nil { firstStartedAt = now }
    if let since = excusedSince {
      excused += now - since
      excusedSince = nil
    }
    sent += 1
    startedAt = now
  }

  /// Notes that the attempt failed.
  mutating func fail(_ failure: GatewayFailure, at moment: Timestamp) {
    failures = Failures(firstAt: failures?.firstAt ?? moment, lastAt: moment, last: failure)
    if failure.inDoubt { inDoubt = true }
    if failure.neverLeft { sent -= 1 }
    unreached = failure.neverLeft ? unreached + 1 : 0
    tokensExpired = failure.code == .tokenExpired ? tokensExpired + 1 : 0
    if AttemptPolicy.counts(failure) { failed += 1 } else { excusedSince = startedAt }
  }

  /// How long the request has been tried at `moment`, without the time that outages, throttling and refused credentials took: an outage
  /// of ten minutes must not leave a request with a single further attempt.
  func timeTried(until moment: Duration) -> Duration {
    (excusedSince ?? moment) - (firstStartedAt ?? moment) - excused
  }
}
