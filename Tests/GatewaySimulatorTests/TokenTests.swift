import CheckoutSession
import NIOHTTP1
import Testing

@testable import GatewaySimulator

@Suite struct TokenTests {
  static let form =
    "grant_type=client_credentials&client_id=worker&client_secret=s%2Bcret&scope=financial%2Fcommerce%2Fnonprodcheckout%3Amerchant"

  static func scenario(_ change: (inout TokenRules) -> Void = { _ in }) -> Scenario {
    .with { scenario in
      scenario.tokens.clients = [
        .init(
          id: "worker", secret: "s+cret", scope: "financial/commerce/nonprodcheckout:merchant", merchants: [TestGateway.merchant])
      ]
      change(&scenario.tokens)
    }
  }

  private func ask(_ gateway: inout TestGateway, _ form: String, type: String = "application/x-www-form-urlencoded") -> Plan {
    let request = IncomingRequest(method: .POST, uri: "/oauth2/token", headers: ["Content-Type": type], body: Array(form.utf8))
    return gateway.engine.plan(for: request, at: gateway.now)
  }

  private func token(_ gateway: inout TestGateway) throws -> String {
    let plan = ask(&gateway, Self.form)
    let answer = try JSONDocument.parse(plan.answer.body[...], limits: .answer).root
    return try #require(answer["access_token"]?.string)
  }

  private func status(_ gateway: inout TestGateway, _ token: String, merchant: String = TestGateway.merchant) -> Plan {
    let headers = TestGateway.headers(["Authorization": "bearer \(token)", "X-Merchant-Id": merchant])
    return gateway.post(RequestBodies.body(.payment, transaction: "order-1"), headers: headers)
  }

  @Test func answerHasTheShapeOfTheExample() throws {
    var gateway = TestGateway(Self.scenario())
    let plan = ask(&gateway, Self.form)
    #expect(plan.status == 200)
    #expect(try Fixture.outline(plan.answer.body) == Fixture.outline(Fixture.example("token-200")))
    #expect(plan.text.contains(#""expires_in":3594"#))
    #expect(plan.text.contains(#""scope":"financial/commerce/nonprodcheckout:merchant""#))
  }

  @Test(arguments: [
    ("grant_type=password&client_id=worker&client_secret=s%2Bcret", 400, "unsupported_grant_type"),
    ("grant_type=client_credentials", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=other&client_secret=x", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=worker&client_secret=x", 401, "invalid_client"),
    ("grant_type=client_credentials&client_id=worker&client_secret=s%2Bcret&scope=x", 400, "invalid_scope"),
  ]) func refuses(form: String, status: Int, error: String) {
    var gateway = TestGateway(Self.scenario())
    let plan = ask(&gateway, form)
    #expect(plan.status == status)
    #expect(plan.text.contains(#""error":"\#(error)""#))
    #expect(gateway.statistics.tokensIssued == 0)
  }

  @Test func wantsAForm() {
    var gateway = TestGateway()
    #expect(ask(&gateway, "{}", type: "application/json").status == 400)
  }

  @Test(arguments: [1.0, 60.0]) func expiresByItsLifetime(timeScale: Double) throws {
    var gateway = TestGateway(Self.scenario { $0.lifetime = .seconds(600) }, timeScale: timeScale)
    let token = try token(&gateway)
    gateway.advance(by: .milliseconds(599_940) / timeScale)
    #expect(status(&gateway, token).status == 202)
    gateway.advance(by: .milliseconds(60) / timeScale)
    let plan = status(&gateway, token)
    #expect(plan.status == 401)
    #expect(plan.text.contains("'exp' claim expired at 2030-01-01T"))
  }

  @Test func allExpireWhenTheScenarioSaysSo() throws {
    var gateway = TestGateway(Self.scenario { $0.expireAllAt = [.seconds(10), .seconds(20)] })
    let first = try token(&gateway)
    gateway.advance(by: .seconds(10))
    #expect(status(&gateway, first).status == 401)
    let second = try token(&gateway)
    #expect(status(&gateway, second).status == 202)
    gateway.advance(by: .seconds(10))
    #expect(status(&gateway, second).status == 401)
    #expect(status(&gateway, try token(&gateway)).status == 202)
  }

  @Test func isGoodForItsMerchantsOnly() throws {
    var gateway = TestGateway(Self.scenario())
    let plan = status(&gateway, try token(&gateway), merchant: TestGateway.otherMerchant)
    #expect(plan.status == 403)
    #expect(plan.text.contains("insufficient_scope"))
  }

  @Test func survivesAReset() throws {
    var gateway = TestGateway(Self.scenario())
    let token = try token(&gateway)
    gateway.engine.reset(at: gateway.now)
    #expect(status(&gateway, token).status == 202)
  }

  @Test func noneIsNeededIfTheScenarioSaysSo() {
    var gateway = TestGateway(.with { $0.tokens.required = false })
    let plan = gateway.post(RequestBodies.body(.payment, transaction: "a"), headers: TestGateway.headers(["Authorization": nil]))
    #expect(plan.status == 202)
  }
}
