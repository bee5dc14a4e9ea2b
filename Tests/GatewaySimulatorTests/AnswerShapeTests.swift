import CheckoutSession
import NIOHTTP1
import Testing

@testable import GatewaySimulator

/// Every answer has the shape of its file in `contract/examples`.
@Suite struct AnswerShapeTests {
  struct Row: Sendable, CustomStringConvertible {
    let mode: SessionMode
    let after: Duration
    var isFlat = false
    let example: String
    var description: String { "\(mode.rawValue) as in \(example)" }
  }

  static let rows: [Row] = [
    Row(mode: .payment, after: .seconds(5), example: "get-200-created"),
    Row(mode: .paymentWithWallet, after: .seconds(5), example: "get-200-created"),
    Row(mode: .paymentMethodEntry, after: .seconds(5), example: "get-200-created"),
    Row(mode: .payment, after: .seconds(90), isFlat: true, example: "get-200-completed-flat"),
    Row(mode: .payment, after: .seconds(90), example: "get-200-completed-payment"),
    Row(mode: .paymentWithWallet, after: .seconds(90), example: "get-200-completed-payment-with-wallet"),
    Row(mode: .paymentMethodEntry, after: .seconds(90), example: "get-200-completed-payment-method-entry"),
    Row(mode: .paymentMethodSelect, after: .seconds(5), example: "get-200-created-payment-method-select"),
    Row(mode: .paymentMethodDisplay, after: .seconds(5), example: "get-200-created-payment-method-display"),
  ]

  @Test(arguments: rows) func shapeOf200(_ row: Row) throws {
    var scenario = Scenario.ending(FateWeights(completed: 1))
    scenario.sessions.flatCompletedShare = row.isFlat ? 1 : 0
    var gateway = TestGateway(scenario)
    let id = gateway.make(row.mode)
    gateway.advance(by: row.after)
    let plan = gateway.get(id)
    #expect(plan.status == 200)
    #expect(try Fixture.outline(plan.answer.body) == Fixture.outline(Fixture.example(row.example)))
    #expect(plan.text.contains(id))
  }

  @Test func accepted() throws {
    var gateway = TestGateway()
    let plan = gateway.post(.payment)
    let id = try #require(gateway.records.first).id
    #expect(plan.status == 202)
    #expect(try Fixture.outline(plan.answer.body) == Fixture.outline(Fixture.example("post-202-accepted")))
    #expect(plan.text.contains("https://stg-wallet.healthsafepay.com/app?checkoutSessionId=\(id)&appEnv=stage"))
    #expect(SessionID(id) != nil)
  }

  @Test func displayNamesItsMethodTwice() {
    var gateway = TestGateway()
    let id = gateway.make(.paymentMethodDisplay)
    gateway.advance(by: .seconds(5))
    let text = gateway.get(id).text
    let data = text.drop { $0 != "}" }
    #expect(text.contains(#""paymentMethod":{"id":"\#(RequestBodies.methodID)""#))
    #expect(data.contains(#""paymentMethod":null"#))
    #expect(text.contains("hcpToken"))
  }

  @Test func refusalsAreTheExamplesByteForByteInMeaning() throws {
    var gateway = TestGateway(.ending(FateWeights(canceled: 1), after: .seconds(10)))
    let canceled = gateway.make(.payment)
    let display = gateway.make(.paymentMethodDisplay)
    let foreign = gateway.get(canceled, headers: TestGateway.headers(["X-Merchant-Id": TestGateway.otherMerchant]))
    gateway.advance(by: .seconds(900))
    let answers: [(Plan, String)] = [
      (gateway.get(canceled), "get-410-canceled"),
      (gateway.get(display), "get-401-session-timeout"),
      (gateway.get("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60"), "get-404-not-found"),
      (foreign, "get-403-forbidden"),
      (gateway.get(canceled, headers: TestGateway.headers(["Authorization": "Bearer nonsense"])), "get-401-message"),
      (
        gateway.post(Array(#"{"customer":{"email":"a@b.c"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#.utf8)), "post-400-invalid-request"
      ),
      (gateway.post(Array(#"{"config":{"modes":["PAYMENT"]}}"#.utf8)), "post-422-unprocessable"),
    ]
    for (plan, example) in answers {
      let expected = String(decoding: try Fixture.example(example), as: UTF8.self).filter { $0 != " " && !$0.isNewline }
      #expect(plan.text.filter { $0 != " " } == expected)
      #expect(example.contains("-\(plan.status)-"))
    }
  }

  @Test func failuresCarryTheirStatusAsText() throws {
    var gateway = TestGateway(.with { $0.createFaults = FaultRates([.error500: 1]) })
    let plan = gateway.post(.payment)
    #expect(try Fixture.outline(plan.answer.body) == Fixture.outline(Fixture.example("error-500")))
    #expect(plan.text.contains(#""title":"INTERNAL_SERVER_ERROR""#))
  }

  @Test func failedPaymentsSayWhy() {
    var gateway = TestGateway(.ending(FateWeights(failed: 1), after: .seconds(10)))
    let id = gateway.make(.payment)
    gateway.advance(by: .seconds(60))
    let plan = gateway.get(id)
    #expect(plan.status == 200)
    #expect(plan.text.contains(#""status":"FAILED""#))
    #expect(plan.text.contains("CARD_DECLINED"))
  }
}
