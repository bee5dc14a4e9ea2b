import CheckoutSession
import Testing

@testable import GatewaySimulator

/// Each kind of fault as the engine decides it; `FaultWireTests` shows them on the wire.
@Suite struct FaultTests {
  static let onCreate: [(kind: FaultKind, status: Int, makesSession: Bool, text: String, answer: AnswerFate?)] = [
    (.resetBeforeRead, 202, false, "", nil),
    (.resetAfterCreate, 202, true, "", .lost),
    (.error500, 500, false, "INTERNAL_SERVER_ERROR", nil),
    (.error500AfterCreate, 500, true, "INTERNAL_SERVER_ERROR", .spoiled),
    (.error502, 502, false, "BAD_GATEWAY", nil),
    (.error503, 503, false, "SERVICE_UNAVAILABLE", nil),
    (.error504, 504, false, "GATEWAY_TIMEOUT", nil),
    (.slowDrip, 202, true, "sessionId", .pending),
    (.cutOffBody, 202, true, "sessionId", .lost),
    (.htmlBody, 202, true, "<html>", .spoiled),
    (.emptyBody, 202, true, "", .spoiled),
    (.wrongHost, 202, true, "https://wallet.stranger.example/app?checkoutSessionId=", .spoiled),
    (.duplicateKeys, 202, true, #""sessionId":null"#, .spoiled),
    (.tokenExpired, 401, false, "'exp' claim expired", nil),
    (.forbidden, 403, false, "insufficient_scope", nil),
    (.customerNotFound, 404, false, "customer not found", nil),
    (.hang, 202, false, "", nil),
  ]

  @Test func everyKindIsInTheTable() {
    #expect(Set(Self.onCreate.map(\.kind)) == Set(FaultKind.ofCreate))
    #expect(Set(FaultKind.ofCreate).union(FaultKind.ofStatus) == Set(FaultKind.allCases))
  }

  @Test(arguments: onCreate)
  func strikesPOST(_ row: (kind: FaultKind, status: Int, makesSession: Bool, text: String, answer: AnswerFate?)) {
    var gateway = TestGateway(.with { $0.createFaults = FaultRates([row.kind: 1]) })
    let plan = gateway.post(.payment)
    #expect(plan.status == row.status)
    #expect(plan.text.contains(row.text) || row.text.isEmpty)
    #expect(gateway.records.map(\.answer) == (row.answer.map { [$0] } ?? []))
    #expect(gateway.records.isEmpty == !row.makesSession)
    #expect(gateway.statistics.faults == [row.kind: 1])
    let delivery: Delivery =
      switch row.kind {
      case .resetBeforeRead, .resetAfterCreate: .reset
      case .slowDrip: .drip(nanoseconds: 5_000_000_000)
      case .cutOffBody: .cutOff
      case .hang: .hang(nanoseconds: nil)
      default: .whole
      }
    #expect(plan.delivery == delivery)
  }

  @Test(arguments: FaultKind.ofStatus) func strikesGET(_ kind: FaultKind) {
    var gateway = TestGateway(.with { $0.statusFaults = FaultRates([kind: 1]) })
    let id = gateway.make(.payment)
    let plan = gateway.get(id)
    #expect(gateway.statistics.faults == [kind: 1])
    #expect(plan.text != #"{"id":"\#(id)","status":"ACCEPTED"}"# || plan.delivery != .whole)
    // The session itself is untouched.
    #expect(gateway.records.first?.status == .accepted)
  }

  @Test func nothingToChangeInA410() {
    var scenario = Scenario.ending(FateWeights(canceled: 1), after: .seconds(1))
    scenario.statusFaults = FaultRates([.duplicateKeys: 0.5, .unknownStatus: 0.5])
    var gateway = TestGateway(scenario)
    let id = gateway.make(.payment)
    gateway.advance(by: .seconds(60))
    #expect(gateway.get(id).status == 410)
    #expect(gateway.statistics.faults.isEmpty)
  }

  @Test func sharesAreKept() {
    var gateway = TestGateway(.with { $0.createFaults = FaultRates([.error500: 0.05, .resetAfterCreate: 0.02, .hang: 0.01]) })
    for number in 0..<20_000 { _ = gateway.post(.payment, transaction: "order-\(number)") }
    let faults = gateway.statistics.faults
    for (kind, share) in [(FaultKind.error500, 0.05), (.resetAfterCreate, 0.02), (.hang, 0.01)] {
      #expect(abs(Double(faults[kind] ?? 0) / 20_000 - share) < 0.005)
    }
  }

  @Test func aRepeatedRequestDrawsAnew() {
    var gateway = TestGateway(.with { $0.createFaults = FaultRates([.error500: 0.5]) })
    let statuses = Set((0..<64).map { _ in gateway.post(.payment).status })
    #expect(statuses == [202, 500])
  }

  @Test func refusedRequestsMeetNoFault() {
    var gateway = TestGateway(.with { $0.createFaults = FaultRates([.error500: 1]) })
    #expect(gateway.post(Array("{}".utf8)).status == 400)
  }
}
