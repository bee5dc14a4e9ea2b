import CheckoutSession
import Testing

@testable import GatewaySimulator

/// Same seed, same truth, in whatever order the requests come.
@Suite struct RepeatabilityTests {
  private struct Truth: Hashable {
    let id: String
    let transaction: String?
    let attempt: Int
    let end: SimulatedStatus
    let endsAfter: Duration
    let fault: FaultKind?
  }

  private func truth(seed: UInt64, reversed: Bool, faults: [FaultKind: Double] = [.error500: 0.3, .resetAfterCreate: 0.2]) -> Set<Truth> {
    var gateway = TestGateway(
      .with { scenario in
        scenario.createFaults = FaultRates(faults)
        scenario.sessions.acceptedFor = .uniform(from: .zero, to: .seconds(10))
        scenario.sessions.ending = .init(
          weights: FateWeights(completed: 1, failed: 1, canceled: 1, abandoned: 1),
          timeToEnd: .lognormal(median: .seconds(60), p99: .seconds(600), max: .seconds(3600)))
      }, seed: seed)
    let orders = Array(0..<300)
    for order in reversed ? orders.reversed() : orders {
      for _ in 0..<3 { _ = gateway.post(.payment, transaction: "order-\(order)") }
    }
    return Set(
      gateway.records.map {
        Truth(
          id: $0.id, transaction: $0.merchantTransactionID, attempt: $0.attempt, end: $0.end.status, endsAfter: $0.end.at - $0.createdAt,
          fault: $0.fault)
      })
  }

  @Test func sameSeedSameTruthWhateverTheOrder() {
    let first = truth(seed: 7, reversed: false)
    #expect(first.count > 500)
    // Counted, because a failure would otherwise print every session twice.
    #expect(first.symmetricDifference(truth(seed: 7, reversed: true)).count == 0)
  }

  @Test func anotherSeedAnotherTruth() {
    #expect(truth(seed: 7, reversed: false).intersection(truth(seed: 8, reversed: false)).count == 0)
  }

  @Test func anotherFaultChangesNoFate() {
    let calm = truth(seed: 7, reversed: false, faults: [:])
    let other = truth(seed: 7, reversed: false, faults: [.wrongHost: 1])
    #expect(Set(calm.map(\.id)).symmetricDifference(other.map(\.id)).count == 0)
    #expect(Set(calm.map(\.endsAfter)).symmetricDifference(other.map(\.endsAfter)).count == 0)
  }

  @Test func latencyToo() {
    let scenario = Scenario.with { $0.createLatency = .uniform(from: .milliseconds(1), to: .milliseconds(100)) }
    var one = TestGateway(scenario)
    var other = TestGateway(scenario)
    let first = (0..<20).map { one.post(.payment, transaction: "o-\($0)").delayNanoseconds }
    let second = (0..<20).reversed().map { other.post(.payment, transaction: "o-\($0)").delayNanoseconds }
    #expect(first == second.reversed())
    #expect(Set(first).count == 20)
  }

  @Test func requestsWithoutATransactionAreKnownByTheirBody() {
    var gateway = TestGateway()
    let body = Array(#"{"customer":{"enterpriseId":"1"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#.utf8)
    _ = gateway.post(body)
    _ = gateway.post(body)
    #expect(gateway.records.map(\.attempt) == [1, 2])
    #expect(gateway.statistics.sessionsPerTransaction.isEmpty)
  }
}
