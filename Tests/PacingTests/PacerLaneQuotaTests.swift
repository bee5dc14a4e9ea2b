import Pacing
import Testing

/// Merchant 0 has a quota of its own, merchant 1 has none.
@Suite("The replay lane of a merchant with a quota of its own")
struct PacerLaneQuotaTests {
  private static let step = Duration.milliseconds(20)

  /// Starts of merchant 0, in their order, until `end`, while merchant 1 always has something waiting.
  private func busyStarts(_ pacer: inout Pacer<Int>, from begin: Duration = .zero, to end: Duration) -> [Int] {
    var started: [Int] = []
    var now = begin
    while now < end {
      if pacer.waiting(merchant: 1) < 100 { pacer.submit(contentsOf: repeatElement(-1, count: 100), merchant: 1) }
      started += pacer.starts(at: now).filter { $0 >= 0 }
      now += Self.step
    }
    return started
  }

  private func pacer(
    merchant: Quota = Quota(requestsPerSecond: 2, burst: 1), retryBudget: RetryBudgetConfiguration = .unlimited
  ) -> Pacer<Int> {
    Pacer(
      configuration: .init(
        quota: Quota(requestsPerSecond: 200, burst: 10), merchantQuotas: [merchant, .unlimited], concurrentRequestsMax: 1_000_000,
        retryBudget: retryBudget), now: .zero)
  }

  @Test("takes one of its starts in 16 while its others wait, however much the other merchants start", arguments: [1, 10])
  func othersStartsEarnNothing(burst: Int) {
    var pacer = pacer(merchant: Quota(requestsPerSecond: 2, burst: burst))
    pacer.submit(contentsOf: 1000..<1100, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<1000, merchant: 0)
    let started = busyStarts(&pacer, to: .seconds(300))
    // All of its quota is used, and every sixteenth start is a replay's.
    #expect(started.count == 599 + burst)
    #expect(started.indices.filter { started[$0] >= 1000 } == Array(stride(from: 15, to: started.count, by: 16)))
    #expect(started.filter { $0 < 1000 } == Array(0..<(started.count - started.count / 16)))
  }

  @Test("has its whole quota once its others are empty, and gives it back when there are new ones")
  func wholeQuotaWhenAlone() {
    var pacer = pacer()
    pacer.submit(contentsOf: 1000..<1100, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<4, merchant: 0)
    #expect(busyStarts(&pacer, to: .seconds(4)) == Array(0..<4) + Array(1000..<1004))
    pacer.submit(contentsOf: 4..<7, merchant: 0)
    #expect(busyStarts(&pacer, from: .seconds(4), to: .seconds(7)) == Array(4..<7) + Array(1004..<1007))
  }

  @Test("takes its turns among all when its merchant has nothing else")
  func nothingElse() {
    var pacer = pacer(merchant: Quota(requestsPerSecond: 40, burst: 40))
    pacer.submit(contentsOf: 1000..<1100, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<1000, merchant: 1)
    let started = (0..<50).flatMap { pacer.starts(at: Self.step * $0) }
    #expect(started.count == 206)
    #expect(started.indices.filter { started[$0] >= 1000 } == Array(stride(from: 15, to: 206, by: 16)))
  }

  @Test("wakes with the merchant's next token, whoever is to have it")
  func wakeUp() {
    var pacer = pacer()
    pacer.submit(contentsOf: 1000..<1002, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<2, merchant: 0)
    var ready: [Int] = []
    for second in 0..<4 {
      #expect(pacer.release(now: .milliseconds(500 * second), into: &ready) == (second < 3 ? .milliseconds(500 * (second + 1)) : nil))
    }
    #expect(ready == [0, 1, 1000, 1001])
  }

  @Test("waits for no retries that the retry budget has no room for")
  func starvedOthers() {
    var pacer = pacer(retryBudget: .init(ratio: 0, minimumPerSecond: 0.1, window: .seconds(1)))
    pacer.submit(contentsOf: 1000..<1100, merchant: 0, lane: .replay)
    for retry in 0..<3 { pacer.retry(retry, merchant: 0, notBefore: .zero) }
    let started = busyStarts(&pacer, to: .seconds(20))
    #expect(started.count == 40)
    #expect(started.indices.filter { started[$0] < 1000 } == [0, 20])
  }

  @Test("goes on when what it waited for is taken back", arguments: [false, true])
  func othersTakenBack(isAll: Bool) {
    var pacer = pacer()
    pacer.submit(contentsOf: 1000..<1010, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<10, merchant: 0)
    #expect(busyStarts(&pacer, to: .seconds(1)) == [0, 1])
    let removed = pacer.removeAll { $0 >= (isAll ? 0 : 3) && $0 < 1000 }
    #expect(removed == Array((isAll ? 2 : 3)..<10))
    #expect(busyStarts(&pacer, from: .seconds(1), to: .seconds(3)) == (isAll ? [] : [2]) + Array(1000..<(isAll ? 1004 : 1003)))
  }

  @Test("can be taken back while it waits, and come again")
  func takenBack() {
    var pacer = pacer()
    pacer.submit(contentsOf: 1000..<1010, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<4, merchant: 0)
    #expect(busyStarts(&pacer, to: .seconds(1)) == [0, 1])
    #expect(pacer.removeAll { $0 >= 1000 } == Array(1000..<1010))
    pacer.submit(1010, merchant: 0, lane: .replay)
    #expect(busyStarts(&pacer, from: .seconds(1), to: .seconds(3)) == [2, 3, 1010])
  }

  @Test("is not forgotten when the part of the quota changes, or is none for a time")
  func changedPart() {
    var pacer = pacer()
    pacer.submit(contentsOf: 1000..<1003, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<4, merchant: 0)
    #expect(busyStarts(&pacer, to: .seconds(1)) == [0, 1])
    pacer.setQuota(fraction: 0, now: .seconds(1))
    #expect(busyStarts(&pacer, from: .seconds(1), to: .seconds(3)) == [])
    pacer.setQuota(fraction: 0.5, now: .seconds(3))
    #expect(busyStarts(&pacer, from: .seconds(3), to: .milliseconds(6500)) == [2, 3, 1000])
    pacer.setQuota(fraction: 1, now: .milliseconds(6500))
    #expect(busyStarts(&pacer, from: .milliseconds(6500), to: .seconds(9)) == [1001, 1002])
  }
}
