import Pacing
import Testing

@Suite("Lane demand")
struct LaneDemandTests {
  /// What was done in one second, and what waits at its end.
  struct Second: Sendable {
    var started = 0
    var waiting = 0
    var inFlight = 0
    var slots = 64
  }

  @Test(
    "one measurement after a quiet time",
    arguments: [
      ("idle: the floor", Second(), 0.1),
      ("a tenth of the quota used: a bit more", Second(started: 10), 0.125),
      ("nearly all used: all", Second(started: 90), 1),
      ("much waits: all", Second(started: 10, waiting: 500), 1),
      ("a little waits: what is missing", Second(started: 10, waiting: 20), 0.375),
      ("slots are what is waited for: all", Second(started: 40, waiting: 500, inFlight: 64), 1),
      (
        "all slots of a part are taken, a little waits: what is missing of slots, not of the rate",
        Second(waiting: 16, inFlight: 16, slots: 16), 0.625
      ),
      ("requests that take long: the slots that they hold", Second(started: 8, inFlight: 32), 0.625),
      ("nothing was granted: what waits for tokens", Second(waiting: 20, slots: 0), 0.25),
    ])
  func single(name: String, second: Second, expected: Double) {
    var demand = LaneDemand(configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 10)), floor: 0.1, now: .zero)
    #expect(abs(demand.measure(snapshot([second]), now: .seconds(1)) - expected) < 1e-9, "\(name)")
  }

  @Test("it counts what was started since the last time, over the time that passed")
  func rate() {
    var demand = LaneDemand(configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 10)), floor: 0, now: .zero)
    #expect(demand.measure(snapshot([Second(started: 40)]), now: .seconds(2)) == 0.25)
    #expect(demand.measure(snapshot([Second(started: 100)]), now: .seconds(3)) == 0.75)
  }

  @Test("it comes down to the floor in a few seconds")
  func decay() {
    var demand = LaneDemand(configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 10)), floor: 0.1, now: .zero)
    var last = demand.measure(snapshot([Second(started: 64)]), now: .seconds(1))
    #expect(abs(last - 0.8) < 1e-9)
    for second in 2...3 {
      let next = demand.measure(snapshot([Second(started: 64)]), now: .seconds(second))
      #expect(next < last && next >= last * 0.49)
      last = next
    }
    #expect(demand.measure(snapshot([Second(started: 64)]), now: .seconds(60)) == 0.1)
  }

  @Test("a merchant's own quota counts, because it shrinks with the grant")
  func merchantQuota() {
    let configuration = PacerConfiguration(
      quota: Quota(requestsPerSecond: 100, burst: 10), merchantQuotas: [.unlimited, Quota(requestsPerSecond: 5, burst: 1)])
    var demand = LaneDemand(configuration: configuration, floor: 0.1, now: .zero)
    #expect(abs(demand.measure(snapshot([Second(started: 10), Second(started: 3)]), now: .seconds(1)) - 0.75) < 1e-9)
  }

  @Test("of unlimited quotas anything wants all")
  func unlimited() {
    var demand = LaneDemand(configuration: .unlimited, floor: 0.1, now: .zero)
    #expect(demand.measure(snapshot([Second()]), now: .seconds(1)) == 0.1)
    #expect(demand.measure(snapshot([Second(started: 1)]), now: .seconds(2)) == 1)
  }

  @Test("two measurements at one moment are no infinite rate")
  func sameMoment() {
    var demand = LaneDemand(configuration: .init(quota: Quota(requestsPerSecond: 100, burst: 10)), floor: 0.1, now: .zero)
    #expect(demand.measure(snapshot([Second()]), now: .zero) == 0.1)
    #expect(demand.measure(snapshot([Second(started: 1)]), now: .zero) == 1)
  }

  private func snapshot(_ merchants: [Second]) -> PacerSnapshot {
    var snapshot = Pacer<Int>(now: .zero).snapshot
    snapshot.merchants = merchants.map { .init(waiting: $0.waiting, started: $0.started) }
    snapshot.waiting = merchants.reduce(0) { $0 + $1.waiting }
    snapshot.inFlight = merchants.reduce(0) { $0 + $1.inFlight }
    snapshot.slots = merchants.map(\.slots).min() ?? 0
    return snapshot
  }
}
