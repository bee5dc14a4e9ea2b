import CheckoutSession
import NIOCore
import Testing

@testable import Gateway

/// Tokens in a time of their own.
struct TokenLifecycleTests {
  private var lifecycle = TokenLifecycle(policy: TokenPolicy())
  private let refusal = GatewayFailure(.configuration, .unauthorized, title: "UNAUTHORIZED", detail: "invalid jwt", httpStatus: 401)
  private let outage = GatewayFailure(.transient, .serverError, title: "down", detail: "500")

  private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(UInt64((1000 + seconds) * 1_000_000_000)) }

  private mutating func grant(_ name: String, lifetime: Duration? = .seconds(3600), at seconds: Int64) {
    let isDue = lifecycle.beginFetchIfDue(now: at(seconds))
    #expect(isDue)
    lifecycle.fetched(GrantedToken(secret: Secret(name), lifetime: lifetime), askedAt: at(seconds), now: at(seconds), random: 0)
  }

  @Test mutating func callsWaitForTheFirstTokenAndAskOnce() {
    #expect(lifecycle.beginFetchIfDue(now: at(0)) == true)
    #expect(lifecycle.beginFetchIfDue(now: at(0)) == false)
    #expect(lifecycle.decision(now: at(0)) == .wait)
    lifecycle.fetched(GrantedToken(secret: Secret("t"), lifetime: .seconds(3600)), askedAt: at(0), now: at(1), random: 0)
    #expect(lifecycle.decision(now: at(1)) == .go)
    #expect(lifecycle.current?.secret.value == "t")
  }

  @Test mutating func refreshesAheadOfTheEndAndGoesOnMeanwhile() {
    grant("t1", at: 0)
    #expect(lifecycle.beginFetchIfDue(now: at(2879)) == false)
    #expect(lifecycle.beginFetchIfDue(now: at(2880)) == true)
    #expect(lifecycle.decision(now: at(2880)) == .go)
    lifecycle.fetchFailed(outage, now: at(2881), random: 0)
    #expect(lifecycle.decision(now: at(2881)) == .go)
    #expect(lifecycle.decision(now: at(3590)) == .fail(outage))
  }

  @Test func jitterAndShortLives() {
    let policy = TokenPolicy()
    #expect(policy.refreshDelay(lifetime: .seconds(1000), random: 0) == .seconds(800))
    #expect(policy.refreshDelay(lifetime: .seconds(1000), random: 1) > .seconds(699))
    #expect(policy.usableTime(lifetime: .seconds(1000)) == .seconds(990))
    #expect(policy.usableTime(lifetime: .seconds(10)) == .seconds(9))
  }

  @Test mutating func aFailingSourceIsLeftAlone() {
    var now: Int64 = 0
    for wait in [1, 2, 4, 8, 16, 32, 60, 60] as [Int64] {
      #expect(lifecycle.beginFetchIfDue(now: at(now)) == true)
      lifecycle.fetchFailed(outage, now: at(now), random: 1)
      #expect(lifecycle.decision(now: at(now)) == .fail(outage))
      #expect(lifecycle.beginFetchIfDue(now: at(now + wait - 1)) == false)
      now += wait
    }
    grant("t", at: now)
    #expect(lifecycle.decision(now: at(now)) == .go)
  }

  @Test mutating func retryAfterOfTheSourceIsHeeded() {
    var busy = outage
    busy.retryAfter = .seconds(30)
    #expect(lifecycle.beginFetchIfDue(now: at(0)) == true)
    lifecycle.fetchFailed(busy, now: at(0), random: 0)
    #expect(lifecycle.beginFetchIfDue(now: at(29)) == false)
    #expect(lifecycle.beginFetchIfDue(now: at(30)) == true)
  }

  /// `TOKEN_EXPIRED` would say that the gateway refused a token, and counts towards holding the merchant.
  @Test mutating func withoutATokenACallNeverLeft() {
    guard case .fail(let failure) = lifecycle.decision(now: at(0)) else {
      Issue.record("a call may go without a token")
      return
    }
    #expect(failure.code == .tokenUnavailable)
    #expect(!failure.inDoubt)
  }

  @Test mutating func theFirstRefusalReplacesTheSecondGivesUp() {
    grant("t1", at: 0)
    let first = lifecycle.refused(generation: 1, answer: refusal, now: at(1), random: 0)
    #expect(first.code == .tokenExpired)
    #expect(first.failureClass == .transient)
    #expect(first.httpStatus == 401)
    // Others that were sent with the same token.
    #expect(lifecycle.refused(generation: 1, answer: refusal, now: at(1), random: 0).code == .tokenExpired)
    grant("t2", at: 1)
    #expect(lifecycle.refused(generation: 1, answer: refusal, now: at(2), random: 0).code == .tokenExpired)
    #expect(lifecycle.current?.secret.value == "t2")
    let second = lifecycle.refused(generation: 2, answer: refusal, now: at(2), random: 1)
    #expect(second.code == .unauthorized)
    #expect(second.failureClass == .configuration)
    #expect(lifecycle.beginFetchIfDue(now: at(2)) == false)
    #expect(lifecycle.decision(now: at(2)) == .fail(second))
    // After the wait it is tried again, and one more refusal is configuration at once.
    grant("t3", at: 3)
    #expect(lifecycle.refused(generation: 3, answer: refusal, now: at(4), random: 0).failureClass == .configuration)
  }

  @Test mutating func anAcceptedReplacementStartsAfresh() {
    grant("t1", at: 0)
    _ = lifecycle.refused(generation: 1, answer: refusal, now: at(1), random: 0)
    grant("t2", at: 1)
    lifecycle.accepted(generation: 1)
    #expect(lifecycle.current?.isOnProbation == true)
    lifecycle.accepted(generation: 2)
    #expect(lifecycle.refused(generation: 2, answer: refusal, now: at(2), random: 0).code == .tokenExpired)
  }

  @Test mutating func aTokenWithoutAnEndIsCheckedAgain() {
    var policy = TokenPolicy()
    policy.recheckInterval = .seconds(10)
    lifecycle = TokenLifecycle(policy: policy)
    grant("t", lifetime: nil, at: 0)
    #expect(lifecycle.beginFetchIfDue(now: at(9)) == false)
    #expect(lifecycle.beginFetchIfDue(now: at(10)) == true)
    #expect(lifecycle.decision(now: at(100_000)) == .go)
  }
}
