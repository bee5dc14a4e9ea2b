import CheckoutSession
import Testing

@testable import GatewaySimulator

@Suite struct BoundsTests {
  @Test func sessionsAreBounded() {
    var gateway = TestGateway(sessionsMax: 3)
    for number in 0..<3 { #expect(gateway.post(.payment, transaction: "order-\(number)").status == 202) }
    let plan = gateway.post(.payment, transaction: "order-3")
    #expect(plan.status == 503)
    #expect(plan.text.contains("SIMULATOR_FULL"))
    #expect(plan.text.contains("--sessions-max"))
    gateway.engine.reset(at: gateway.now)
    #expect(gateway.post(.payment, transaction: "order-3").status == 202)
  }

  @Test func aLateReportDoesNotHitASessionMadeAfterTheReset() throws {
    var gateway = TestGateway()
    let ticket = try #require(gateway.post(.payment).session)
    gateway.engine.reset(at: gateway.now)
    _ = gateway.post(.payment)
    gateway.engine.report(.lost, of: ticket)
    #expect(gateway.records.map(\.answer) == [.pending])
  }

  @Test func tokensAreBoundedAndTheNewestStayGood() {
    var store = TokenStore()
    let tokens = (0..<10_001).map { store.issue(to: "\($0)", client: nil, seed: 1, at: 0, lifetimeNanoseconds: 1000) }
    #expect(store.verdict(on: tokens[0][...], at: 0, expiries: []) == .unknown)
    #expect(store.verdict(on: tokens[10_000][...], at: 0, expiries: []) == .good(merchants: nil))
    #expect(Set(tokens).count == 10_001)
  }

  @Test func identifiersAreUUIDsAndReadBack() {
    var random = KeyedRandom(seed: 1, key: StableKey("a".utf8), ordinal: 0, purpose: .identifier)
    for _ in 0..<100 {
      let id = SessionIdentifier.draw(using: &random)
      let text = SessionIdentifier.text(id)
      #expect(UUIDFormat.isUUID(text.utf8))
      #expect(text.dropFirst(14).first == "4")
      #expect("89ab".contains(text.dropFirst(19).prefix(1)))
      #expect(SessionIdentifier.parse(text.uppercased()[...].utf8) == id)
    }
    #expect(SessionIdentifier.parse("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a6"[...].utf8) == nil)
    #expect(SessionIdentifier.parse("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a6g"[...].utf8) == nil)
  }

  @Test(arguments: [(784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT")])
  func httpDates(seconds: Int64, text: String) {
    #expect(HTTPDate.text(secondsSinceEpoch: seconds) == text)
  }
}
