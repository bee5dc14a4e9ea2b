import Pacing
import Testing

@Suite("Pacer")
struct PacerTests {
  @Test("starts what tokens allow, in order, and says when the next one may")
  func tokens() {
    var pacer = Pacer<Int>(configuration: .init(quota: Quota(requestsPerSecond: 50, burst: 3)), now: .zero)
    pacer.submit(contentsOf: 0..<5, merchant: 0)
    #expect(pacer.release(at: .zero) == .init(started: [0, 1, 2], wake: .milliseconds(20)))
    #expect(pacer.waiting == 2)
    #expect(pacer.release(at: .milliseconds(19)) == .init(started: [], wake: .milliseconds(20)))
    #expect(pacer.release(at: .milliseconds(40)) == .init(started: [3, 4], wake: nil))
    #expect(pacer.inFlight == 5)
  }

  @Test("nothing waits: no time to call again")
  func empty() {
    var pacer = Pacer<Int>(now: .zero)
    pacer.submit(contentsOf: [], merchant: 0)
    #expect(pacer.release(at: .zero) == .init(started: [], wake: nil))
    #expect(pacer.isIdle)
  }

  @Test("never more in flight than slots; a finished request frees one")
  func concurrency() {
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, concurrentRequestsMax: 2), now: .zero)
    pacer.submit(contentsOf: 0..<4, merchant: 0)
    pacer.retry(9, merchant: 0, notBefore: .seconds(1))
    #expect(pacer.release(at: .zero) == .init(started: [0, 1], wake: nil))
    pacer.finished(merchant: 0, .ok, now: .milliseconds(5))
    #expect(pacer.release(at: .milliseconds(5)) == .init(started: [2], wake: nil))
    pacer.finished(merchant: 0, .failed, now: .seconds(2))
    pacer.finished(merchant: 0, .failed, now: .seconds(2))
    #expect(pacer.release(at: .seconds(2)) == .init(started: [9, 3], wake: nil))
  }

  @Test("a retry waits for its time, then goes ahead of first attempts")
  func retry() {
    var pacer = Pacer<Int>(configuration: .init(quota: Quota(requestsPerSecond: 1, burst: 1)), now: .zero)
    pacer.submit(contentsOf: 0..<3, merchant: 0)
    pacer.retry(101, merchant: 0, notBefore: .milliseconds(1500))
    pacer.retry(100, merchant: 0, notBefore: .milliseconds(500))
    #expect(pacer.release(at: .zero).started == [0])
    #expect(pacer.snapshot.delayed == 2)
    #expect(pacer.release(at: .seconds(1)).started == [100])
    #expect(pacer.release(at: .seconds(2)).started == [101])
    #expect(pacer.release(at: .seconds(3)).started == [1])
    #expect(pacer.snapshot.retries == 2)
    #expect(pacer.snapshot.firstAttempts == 2)
  }

  @Test("retries with nothing else to do: the wake-up is the time of the first")
  func delayedOnly() {
    var pacer = Pacer<Int>(configuration: .unlimited, now: .zero)
    pacer.retry(1, merchant: 0, notBefore: .seconds(7))
    pacer.retry(2, merchant: 0, notBefore: .seconds(7))
    pacer.retry(0, merchant: 0, notBefore: .seconds(3))
    #expect(pacer.release(at: .zero) == .init(started: [], wake: .seconds(3)))
    #expect(pacer.release(at: .seconds(3)) == .init(started: [0], wake: .seconds(7)))
    #expect(pacer.release(at: .seconds(7)) == .init(started: [1, 2], wake: nil))
  }

  @Test("an empty retry budget makes retries wait while first attempts go on; their deposits let retries through")
  func retryBudget() {
    let budget = RetryBudgetConfiguration(ratio: 0.5, minimumPerSecond: 2, window: .seconds(10))
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, retryBudget: budget), now: .zero)
    for retry in 100..<106 { pacer.retry(retry, merchant: 0, notBefore: .zero) }
    #expect(pacer.release(at: .zero) == .init(started: [100, 101], wake: .milliseconds(500)))
    pacer.submit(contentsOf: 0..<4, merchant: 0)
    #expect(pacer.release(at: .zero).started == [0, 1, 102, 2, 3, 103])
    #expect(pacer.release(at: .milliseconds(500)) == .init(started: [104], wake: .seconds(1)))
    #expect(pacer.release(at: .seconds(1)) == .init(started: [105], wake: nil))
  }

  @Test("a merchant with nothing but retries in an empty budget is served again when another merchant's first attempts pay")
  func starvedMerchant() {
    let budget = RetryBudgetConfiguration(ratio: 1, minimumPerSecond: 0.125, window: .seconds(10))
    var pacer = Pacer<Int>(
      configuration: .init(quota: .unlimited, merchantQuotas: [.unlimited, .unlimited], retryBudget: budget), now: .zero)
    for retry in 100..<103 { pacer.retry(retry, merchant: 0, notBefore: .zero) }
    #expect(pacer.release(at: .zero) == .init(started: [100], wake: .seconds(8)))
    pacer.submit(contentsOf: 0..<2, merchant: 1)
    #expect(Set(pacer.release(at: .zero).started) == [0, 1, 101, 102])
    #expect(pacer.waiting == 0)
  }

  @Test("merchants take turns")
  func roundRobin() {
    var pacer = Pacer<Int>(
      configuration: .init(quota: Quota(requestsPerSecond: 10, burst: 6), merchantQuotas: [.unlimited, .unlimited, .unlimited]), now: .zero)
    pacer.submit(contentsOf: 0..<100, merchant: 0)
    pacer.submit(contentsOf: 100..<102, merchant: 1)
    pacer.submit(contentsOf: 200..<300, merchant: 2)
    #expect(pacer.release(at: .zero).started == [0, 100, 200, 1, 101, 201])
    #expect(pacer.release(at: .milliseconds(200)).started == [2, 202])
    #expect(pacer.waiting(merchant: 0) == 97)
  }

  @Test("a merchant over its own quota blocks nobody, and the wake-up is its next token")
  func merchantQuota() {
    var pacer = Pacer<Int>(
      configuration: .init(
        quota: .unlimited, merchantQuotas: [Quota(requestsPerSecond: 1, burst: 1), Quota(requestsPerSecond: 2, burst: 2)],
        concurrentRequestsMax: 100), now: .zero)
    pacer.submit(contentsOf: 0..<3, merchant: 0)
    pacer.submit(contentsOf: 100..<104, merchant: 1)
    #expect(pacer.release(at: .zero) == .init(started: [0, 100, 101], wake: .milliseconds(500)))
    #expect(pacer.release(at: .milliseconds(500)) == .init(started: [102], wake: .seconds(1)))
    #expect(Set(pacer.release(at: .seconds(1)).started) == [1, 103])
    #expect(pacer.release(at: .seconds(2)) == .init(started: [2], wake: nil))
  }

  @Test("Retry-After stops everybody until it is over, and lowers the rate")
  func retryAfter() {
    var pacer = Pacer<Int>(
      configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 5), merchantQuotas: [.unlimited, .unlimited]), now: .zero)
    pacer.submit(contentsOf: 0..<1, merchant: 0)
    _ = pacer.release(at: .zero)
    pacer.finished(merchant: 0, .throttled(retryAfter: .seconds(3)), now: .seconds(1))
    pacer.retry(0, merchant: 0, notBefore: .milliseconds(1100))
    pacer.submit(contentsOf: 100..<102, merchant: 1)
    // The change of rate rounds up by a nanosecond.
    #expect(pacer.release(at: .seconds(1)) == .init(started: [], wake: .seconds(4) + .nanoseconds(1)))
    #expect(pacer.release(at: .milliseconds(3999)).started == [])
    #expect(pacer.snapshot.requestsPerSecond == 50)
    #expect(pacer.release(at: .milliseconds(4001)).started.count == 1)
    #expect(pacer.snapshot.throttles == 1)
  }

  @Test("an absurd Retry-After is cut to the configured longest", arguments: [601, 1_000_000_000])
  func retryAfterBound(seconds: Int) {
    var pacer = Pacer<Int>(now: .zero)
    pacer.submit(contentsOf: 0..<1, merchant: 0)
    _ = pacer.release(at: .zero)
    pacer.finished(merchant: 0, .throttled(retryAfter: .seconds(seconds)), now: .zero)
    pacer.submit(1, merchant: 0)
    let wake = pacer.release(at: .zero).wake
    #expect(wake ?? .zero >= .seconds(600))
    #expect(wake ?? .zero <= .seconds(600) + .milliseconds(1))
  }

  @Test("a throttle without Retry-After lowers the rate")
  func throttle() {
    var pacer = Pacer<Int>(now: .zero)
    pacer.submit(0, merchant: 0)
    _ = pacer.release(at: .zero)
    pacer.finished(merchant: 0, .throttled(retryAfter: nil), now: .milliseconds(1))
    #expect(pacer.snapshot.requestsPerSecond == 25)
    #expect(pacer.snapshot.rateDecreases == 1)
  }

  @Test("a hold stops everything until resume, or until its end")
  func hold() {
    var pacer = Pacer<Int>(configuration: .unlimited, now: .zero)
    pacer.submit(contentsOf: 0..<2, merchant: 0)
    pacer.hold()
    #expect(pacer.release(at: .seconds(1)) == .init(started: [], wake: nil))
    #expect(pacer.snapshot.isHeld)
    pacer.hold(until: .seconds(5))
    #expect(pacer.release(at: .seconds(1)) == .init(started: [], wake: .seconds(5)))
    #expect(pacer.release(at: .seconds(5)) == .init(started: [0, 1], wake: nil))
    #expect(!pacer.snapshot.isHeld)
    pacer.submit(2, merchant: 0)
    pacer.hold()
    pacer.resume()
    #expect(pacer.release(at: .seconds(5)).started == [2])
  }

  @Test("removing takes what has not started, wherever it waits, and leaves the rest in order")
  func removal() {
    let budget = RetryBudgetConfiguration(ratio: 0, minimumPerSecond: 0.1, window: .seconds(1))
    var pacer = Pacer<Int>(
      configuration: .init(
        quota: .unlimited, merchantQuotas: [Quota(requestsPerSecond: 1, burst: 1), .unlimited], retryBudget: budget), now: .zero)
    pacer.submit(contentsOf: 0..<6, merchant: 0)
    for retry in 10..<13 { pacer.retry(retry, merchant: 1, notBefore: .zero) }
    pacer.retry(14, merchant: 1, notBefore: .seconds(60))
    #expect(Set(pacer.release(at: .zero).started) == [0, 10])
    #expect(Set(pacer.removeAll { $0 % 2 == 0 }) == [2, 4, 12, 14])
    #expect(pacer.snapshot.waiting == 4)
    #expect(pacer.delayed == 0)
    #expect(pacer.release(at: .seconds(1)).started == [1])
    #expect(pacer.removeAll() == [3, 5, 11])
    #expect(pacer.release(at: .seconds(2)) == .init(started: [], wake: nil))
    #expect(pacer.inFlight == 3)
    pacer.submit(7, merchant: 0)
    #expect(pacer.release(at: .seconds(2)).started == [7])
  }
}

/// What one call of `release` gave.
private struct Released: Equatable {
  var started: [Int]
  var wake: Duration?
}

extension Pacer<Int> {
  fileprivate mutating func release(at now: Duration) -> Released {
    var started: [Int] = []
    let wake = release(now: now, into: &started)
    return Released(started: started, wake: wake)
  }
}
