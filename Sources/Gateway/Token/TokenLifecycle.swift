import CheckoutSession
import NIOCore

/// Which token to use, when to ask for the next one, and what a refused one means. Pure: the ``TokenProvider`` does what it says.
///
/// A refused token (`contract/gateway.md`, "Errors", 401) is replaced once. If its replacement is refused too, before it was ever accepted,
/// the credentials are at fault: that is configuration, and the source is left alone for a while.
struct TokenLifecycle {
  /// What a call that wants to be sent has to do.
  enum Decision: Hashable {
    /// Go, with the current token.
    case go
    /// Wait until ``isFetching`` has ended.
    case wait
    /// Give up: there is no token, and the source is not to be asked yet.
    case fail(GatewayFailure)
  }

  /// A token in use.
  struct Current {
    /// The token.
    var secret: Secret
    /// Counts tokens; a call remembers under which number it was sent.
    var generation: Int
    /// From when on the next one is asked for.
    var refreshAt: NIODeadline
    /// From when on it is not used.
    var expiresAt: NIODeadline
    /// Whether it replaced a refused one and has not been accepted yet.
    var isOnProbation: Bool
  }

  private let policy: TokenPolicy
  private(set) var current: Current?
  /// Whether the source is being asked.
  private(set) var isFetching = false
  private var generation = 0
  private var wasRefused = false
  private var lastFailure: GatewayFailure?
  private var failureCount = 0
  private var retryAt = NIODeadline.uptimeNanoseconds(0)

  /// A lifecycle without a token.
  init(policy: TokenPolicy) {
    self.policy = policy
  }

  /// What a call has to do now. Ask ``beginFetchIfDue(now:)`` first.
  func decision(now: NIODeadline) -> Decision {
    if let current, now < current.expiresAt { return .go }
    if isFetching { return .wait }
    return .fail(
      lastFailure ?? GatewayFailure(.transient, .tokenUnavailable, title: "No token", detail: "there is no token at the moment"))
  }

  /// Whether to ask the source now. If so, exactly one of ``fetched(_:askedAt:now:random:)`` and ``fetchFailed(_:now:random:)`` must follow.
  mutating func beginFetchIfDue(now: NIODeadline) -> Bool {
    guard !isFetching, now >= retryAt else { return false }
    if let current, now < current.refreshAt, now < current.expiresAt { return false }
    isFetching = true
    return true
  }

  /// Begins to ask the source although it may not be due, for a probe; to be followed as ``beginFetchIfDue(now:)`` is.
  /// - Returns: false if the source is being asked already.
  mutating func beginFetch() -> Bool {
    if isFetching { return false }
    isFetching = true
    return true
  }

  /// The source gave a token.
  mutating func fetched(_ token: GrantedToken, askedAt: NIODeadline, now: NIODeadline, random: Double) {
    isFetching = false
    lastFailure = nil
    failureCount = 0
    retryAt = .uptimeNanoseconds(0)
    generation += 1
    let refreshAt: NIODeadline
    let expiresAt: NIODeadline
    if let lifetime = token.lifetime {
      // Counted from the question, not from the answer: that errs on the safe side.
      refreshAt = askedAt + TimeAmount(policy.refreshDelay(lifetime: lifetime, random: random))
      expiresAt = askedAt + TimeAmount(policy.usableTime(lifetime: lifetime))
    } else {
      refreshAt = policy.recheckInterval.map { now + TimeAmount($0) } ?? .distantFuture
      expiresAt = .distantFuture
    }
    let isOnProbation = wasRefused || (current?.isOnProbation ?? false)
    wasRefused = false
    current = Current(
      secret: token.secret, generation: generation, refreshAt: refreshAt, expiresAt: expiresAt, isOnProbation: isOnProbation)
  }

  /// The source gave none. A token that is still good stays in use.
  mutating func fetchFailed(_ failure: GatewayFailure, now: NIODeadline, random: Double) {
    isFetching = false
    backOff(failure, now: now, random: random)
  }

  /// The gateway refused the token that had this generation.
  /// - Returns: what that call has failed with.
  mutating func refused(generation refused: Int, answer: GatewayFailure, now: NIODeadline, random: Double) -> GatewayFailure {
    var failure = GatewayFailure(
      .transient, .tokenExpired, title: answer.title, detail: answer.detail, httpStatus: answer.httpStatus)
    // Many calls may be under way with one token: the first refusal counts, the others come too late to say anything of the next token.
    guard let current, current.generation == refused else { return failure }
    self.current = nil
    let isSecondTime = current.isOnProbation
    wasRefused = true
    if isSecondTime {
      failure = GatewayFailure(
        .configuration, .unauthorized, title: answer.title, detail: answer.detail, httpStatus: answer.httpStatus)
      backOff(failure, now: now, random: random)
    }
    return failure
  }

  /// The gateway accepted the token that had this generation.
  mutating func accepted(generation accepted: Int) {
    if current?.isOnProbation == true, current?.generation == accepted { current?.isOnProbation = false }
  }

  private mutating func backOff(_ failure: GatewayFailure, now: NIODeadline, random: Double) {
    lastFailure = failure
    failureCount += 1
    let delay = max(policy.backoff(failureCount: failureCount, random: random), failure.retryAfter ?? .zero)
    retryAt = now + TimeAmount(min(delay, policy.backoffMax * 10))
  }
}
