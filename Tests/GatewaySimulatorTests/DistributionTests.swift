import Testing

@testable import GatewaySimulator

@Suite struct DistributionTests {
  private func draws(_ distribution: DurationDistribution, count: Int = 20_000) -> [Int64] {
    (0..<count).map { ordinal in
      var random = KeyedRandom(seed: 5, key: StableKey("draws".utf8), ordinal: UInt64(ordinal), purpose: .latency)
      return distribution.drawNanoseconds(using: &random)
    }.sorted()
  }

  @Test func fixed() { #expect(Set(draws(.fixed(.milliseconds(7)))) == [7_000_000]) }

  @Test func uniform() {
    let values = draws(.uniform(from: .milliseconds(10), to: .milliseconds(20)))
    #expect(values.allSatisfy { (10_000_000...20_000_000).contains($0) })
    #expect(abs(values[10_000] - 15_000_000) < 200_000)
  }

  @Test func lognormal() {
    let values = draws(.lognormal(median: .milliseconds(20), p99: .milliseconds(200), max: .milliseconds(400)))
    #expect(abs(Double(values[10_000]) / 20e6 - 1) < 0.05)
    #expect(abs(Double(values[19_800]) / 200e6 - 1) < 0.15)
    #expect(values.last == 400_000_000)
  }

  @Test func lognormalWithoutSpreadIsItsMedian() {
    #expect(draws(.lognormal(median: .seconds(1), p99: .seconds(1), max: .seconds(2))).allSatisfy { abs($0 - 1_000_000_000) < 10 })
  }

  @Test func percentiles() {
    let table: [DurationDistribution.Percentile] = [
      .init(share: 0, duration: .milliseconds(1)), .init(share: 0.5, duration: .milliseconds(10)), .init(share: 1, duration: .seconds(1)),
    ]
    let values = draws(.percentiles(table))
    #expect(abs(Double(values[5_000]) - 5.5e6) < 0.3e6)
    #expect(values[9_700] < 10_000_000)
    #expect(abs(Double(values[15_000]) - 505e6) < 20e6)
  }

  @Test func purposesAreIndependent() {
    let key = StableKey("order-1".utf8)
    var values: Set<UInt64> = []
    for purpose in [KeyedRandom.Purpose.latency, .fault, .fate, .identifier, .timeToEnd] {
      var random = KeyedRandom(seed: 1, key: key, ordinal: 1, purpose: purpose)
      values.insert(random.next())
    }
    #expect(values.count == 5)
  }

  @Test func keysKeepTheirPartsApart() {
    var one = StableKey("ab".utf8)
    one.combine("c".utf8)
    var other = StableKey("a".utf8)
    other.combine("bc".utf8)
    #expect(one != other)
  }
}
