import Pacing
import Testing

@Suite("The replay lane")
struct PacerLaneTests {
  @Test("waits for every merchant's others, takes one start in 16 meanwhile, and all of them afterwards")
  func lowestPriority() {
    var pacer = Pacer<Int>(
      configuration: .init(quota: Quota(requestsPerSecond: 10, burst: 50), merchantQuotas: [.unlimited, .unlimited]), now: .zero)
    pacer.submit(contentsOf: 1000..<1010, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<20, merchant: 0)
    pacer.submit(contentsOf: 100..<120, merchant: 1)
    #expect(pacer.snapshot.replaysWaiting == 10)
    let started = pacer.starts(at: .zero)
    #expect(started.count == 50)
    #expect(started.indices.filter { started[$0] >= 1000 } == [15, 31] + Array(42..<50))
    #expect(started.filter { $0 >= 1000 } == Array(1000..<1010))
    #expect(pacer.snapshot.replaysWaiting == 0 && pacer.snapshot.waiting == 0)
  }

  @Test("counts what is owed from when it waits")
  func nothingIsSaved() {
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, concurrentRequestsMax: 1000), now: .zero)
    pacer.submit(contentsOf: 0..<100, merchant: 0)
    #expect(pacer.starts(at: .zero).count == 100)
    pacer.submit(1000, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 100..<120, merchant: 0)
    #expect(pacer.starts(at: .zero) == Array(100..<115) + [1000] + Array(115..<120))
  }

  @Test("what waits for its merchant's quota holds up no replay of another merchant")
  func onlyWhatCouldStartGoesFirst() {
    var pacer = Pacer<Int>(
      configuration: .init(quota: .unlimited, merchantQuotas: [Quota(requestsPerSecond: 1, burst: 1), .unlimited]), now: .zero)
    pacer.submit(contentsOf: 0..<3, merchant: 0)
    pacer.submit(contentsOf: 1000..<1002, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 1100..<1102, merchant: 1, lane: .replay)
    #expect(pacer.starts(at: .zero) == [0, 1100, 1101])
    // Both of its lanes wait for one bucket, and the wake-up is its next token.
    var ready: [Int] = []
    #expect(pacer.release(now: .milliseconds(500), into: &ready) == .seconds(1))
    #expect(pacer.starts(at: .seconds(1)) == [1])
    #expect(pacer.starts(at: .seconds(2)) == [2])
    #expect(pacer.starts(at: .seconds(3)) == [1000])
    #expect(pacer.starts(at: .seconds(4)) == [1001])
    #expect(pacer.isIdle == false && pacer.waiting == 0)
  }

  @Test("comes to an end even if its merchant's others never leave a token")
  func merchantsQuotaIsShared() {
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, merchantQuotas: [Quota(requestsPerSecond: 10, burst: 1)]), now: .zero)
    pacer.submit(contentsOf: 1000..<1002, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<100, merchant: 0)
    let started = (0..<40).flatMap { pacer.starts(at: .milliseconds(100 * $0)) }
    #expect(started.count == 40)
    #expect(started.indices.filter { started[$0] >= 1000 } == [15, 31])
  }

  @Test("a replay that is tried again stays in its lane, ahead of the lane's first attempts")
  func retries() {
    var pacer = Pacer<Int>(configuration: .init(quota: Quota(requestsPerSecond: 1, burst: 1)), now: .zero)
    pacer.submit(contentsOf: 0..<2, merchant: 0)
    pacer.submit(1001, merchant: 0, lane: .replay)
    pacer.retry(1000, merchant: 0, lane: .replay, notBefore: .zero)
    #expect((0..<4).flatMap { pacer.starts(at: .seconds($0)) } == [0, 1, 1000, 1001])
  }

  @Test("with the retry budget empty the other lane's retries go first once it has room")
  func retryBudget() {
    let budget = RetryBudgetConfiguration(ratio: 0, minimumPerSecond: 1, window: .seconds(1))
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, retryBudget: budget), now: .zero)
    for retry in 1000..<1002 { pacer.retry(retry, merchant: 0, lane: .replay, notBefore: .zero) }
    for retry in 0..<2 { pacer.retry(retry, merchant: 0, notBefore: .zero) }
    #expect((0..<4).flatMap { pacer.starts(at: .seconds($0)) } == [0, 1, 1000, 1001])
  }

  @Test("removing takes them too, and leaves the rest in their lanes")
  func removal() {
    var pacer = Pacer<Int>(configuration: .init(quota: .unlimited, concurrentRequestsMax: 100), now: .zero)
    pacer.submit(contentsOf: 1000..<1004, merchant: 0, lane: .replay)
    pacer.submit(contentsOf: 0..<4, merchant: 0)
    pacer.retry(1005, merchant: 0, lane: .replay, notBefore: .seconds(9))
    #expect(pacer.removeAll { $0 % 2 == 1 } == [1, 3, 1001, 1003, 1005])
    #expect(pacer.snapshot.replaysWaiting == 2 && pacer.waiting(merchant: 0) == 4)
    #expect(pacer.starts(at: .zero) == [0, 2, 1000, 1002])
  }

  @Test("is waiting work like any other for the part of the quota that is wanted")
  func demand() {
    let configuration = PacerConfiguration(quota: Quota(requestsPerSecond: 100, burst: 1), merchantQuotas: [.unlimited, .unlimited])
    func demand(_ lane: PacerLane) -> Double {
      var pacer = Pacer<Int>(configuration: configuration, now: .zero)
      var meter = LaneDemand(configuration: configuration, floor: LaneDemand.creationFloor, now: .zero)
      pacer.submit(contentsOf: 0..<40, merchant: 1, lane: lane)
      _ = pacer.starts(at: .zero)
      return meter.measure(pacer.snapshot, now: .seconds(1))
    }
    #expect(demand(.replay) == demand(.ordinary))
    #expect(demand(.replay) > 0.4)
  }
}

extension Pacer<Int> {
  /// What starts at a moment, in its order.
  mutating func starts(at now: Duration) -> [Int] {
    var started: [Int] = []
    _ = release(now: now, into: &started)
    return started
  }
}
