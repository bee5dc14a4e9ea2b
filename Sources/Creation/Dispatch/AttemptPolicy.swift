import CheckoutSession
import Pacing

/// What to do after a failed attempt (`contract/gateway.md`, "Errors"; `creation.maxAttempts`, `creation.batchDeadline`). Pure.
public struct AttemptPolicy: Sendable {
  /// What to do next.
  enum Decision: Equatable {
    /// The request can never work.
    case reject
    /// Enough was tried.
    case giveUp
    /// Try again after this time.
    case retry(after: Duration)
    /// The configuration is wrong: nothing of this merchant is sent until a probe, after this time, succeeds.
    case holdMerchant(probeAfter: Duration)

    /// Whether the request gets its reply now.
    var isFinal: Bool { self == .reject || self == .giveUp }
  }

  /// Expired tokens in a row after which a request is tried again at once.
  static let tokensExpiredMax = 2

  /// Attempts that may fail before the request is given up.
  public var attemptsMax: Int
  /// The longest time from a request's first attempt to its last, not counting what no attempt is charged for.
  public var deadline: Duration
  /// The waits between attempts.
  public var backoff: BackoffPolicy
  /// The waits between probes of a merchant whose configuration the gateway refuses, and between attempts to connect.
  public var patience: BackoffPolicy

  /// A policy with the contract's defaults for what is left out.
  public init(
    attemptsMax: Int = 5, deadline: Duration = .seconds(30), backoff: BackoffPolicy = .standard,
    patience: BackoffPolicy = BackoffPolicy(base: .seconds(1), cap: .seconds(15))
  ) {
    self.attemptsMax = max(attemptsMax, 1)
    self.deadline = deadline
    self.backoff = backoff
    self.patience = patience
  }

  /// Decides after `failure`, which `history` counts already.
  ///
  /// Three kinds of failure say nothing about the request and so never use it up, however long they last: 429 (the quota's), those after which the request
  /// never left (no connection, no token, no room: an outage is not the request's fault) and a token that has just been renewed. A fourth kind, no usable
  /// answer (5xx, a time-out, a reset), says something only if others got one meanwhile; as long as nobody does, it is tried on with growing waits.
  ///
  /// Tokens that are refused again and again although each is new (two workers or merchants that share one may renew it for each other) are the
  /// configuration's fault.
  /// - Parameter hasWorked: whether the gateway has given a usable answer to a call that left at that moment or later. While an outage begins, answers to calls from
  ///   before still come in: they let failures count, and must not have the last word.
  func decide(
    _ failure: GatewayFailure, history: AttemptHistory, holdStreak: Int, now: Duration, hasWorked: (Duration) -> Bool = { _ in true },
    using generator: inout some RandomNumberGenerator
  ) -> Decision {
    switch failure.failureClass {
    case .permanent: return .reject
    case .configuration: return .holdMerchant(probeAfter: patience.delay(attempt: holdStreak, using: &generator))
    case .transient: break
    }
    if failure.code == .tokenLate { return .retry(after: .zero) }
    if failure.neverLeft { return .retry(after: patience.delay(attempt: history.unreached, using: &generator)) }
    switch failure.code {
    case .rateLimited: return .retry(after: backoff.delay(attempt: 1, retryAfter: failure.retryAfter, using: &generator))
    case .tokenExpired where history.tokensExpired <= Self.tokensExpiredMax: return .retry(after: .zero)
    case .tokenExpired: return .holdMerchant(probeAfter: patience.delay(attempt: holdStreak, using: &generator))
    default: break
    }
    guard history.unproven == 0 else {
      return .retry(after: waiting.delay(attempt: history.failed + history.unproven, retryAfter: failure.retryAfter, using: &generator))
    }
    if history.failed >= attemptsMax, history.previousStartedAt.map(hasWorked) ?? true { return .giveUp }
    let delay = backoff.delay(attempt: history.failed, retryAfter: failure.retryAfter, using: &generator)
    guard history.timeTried(until: now + delay) > deadline else { return .retry(after: delay) }
    // Never after a single attempt: it may have left right before an outage began, and an attempt may last as long as the deadline.
    return history.previousStartedAt.map(hasWorked) ?? false ? .giveUp : .retry(after: delay)
  }

  /// The waits of a request of which nobody knows whether it is at fault: as short at first as those of any other, and in the end as long as a probe's.
  private var waiting: BackoffPolicy { BackoffPolicy(base: backoff.base, cap: max(patience.cap, backoff.base)) }

  /// Whether `failure` counts against ``attemptsMax``, if the gateway works for others.
  static func counts(_ failure: GatewayFailure) -> Bool {
    guard failure.failureClass == .transient, !failure.neverLeft else { return false }
    return ![.rateLimited, .tokenExpired].contains(failure.code)
  }
}
