import CheckoutSession
import Testing

@testable import GatewaySimulator

@Suite struct RequestRulesTests {
  @Test(arguments: [
    "agent-assisted", "payment-guest", "payment-method-display", "payment-method-entry", "payment-method-select", "payment-with-wallet",
  ]) func examplesAreAccepted(_ name: String) throws {
    guard case .accepted = RequestRules.check(try Fixture.example("request-\(name)")) else {
      Issue.record("request-\(name) was refused")
      return
    }
  }

  @Test func trailingCommaIsRefusedWithItsPlace() throws {
    guard case .refused(400, let detail) = RequestRules.check(try Fixture.example("request-trailing-comma-invalid")) else {
      Issue.record("accepted")
      return
    }
    #expect(detail.contains("line 6, column 27"))
  }

  static let customer = #""customer":{"hsid":"120c5730-e796-4448-8da9-081fde4e3e79"}"#
  static let refusals: [(body: String, status: Int, detail: String)] = [
    ("", 400, "not JSON"),
    ("[]", 400, "must be an object"),
    ("{}", 400, "config.modes"),
    (#"{"config":{"modes":["PAYMENT","PAYMENT_METHOD_ENTRY"]}}"#, 400, "exactly one"),
    (#"{"config":{"modes":["PAY"]}}"#, 400, "exactly one known mode"),
    (#"{"config":{"modes":["PAYMENT"]}}"#, 422, "payment is required"),
    (#"{"config":{"modes":["PAYMENT_WITH_WALLET"]}}"#, 422, "customer is required; payment is required"),
    (#"{\#(customer),"config":{"modes":["PAYMENT_METHOD_DISPLAY"]}}"#, 422, "paymentMethod.id is required"),
    (#"{"customer":{"email":"a@b.c"},"config":{"modes":["PAYMENT_METHOD_SELECT"]}}"#, 400, "hsid, enterpriseId or metadata"),
    (#"{"payment":{"merchantTransactionId":"a","amount":12.5},"config":{"modes":["PAYMENT"]}}"#, 400, "payment.amount"),
    (#"{"payment":{"merchantTransactionId":"a","amount":0},"config":{"modes":["PAYMENT"]}}"#, 400, "payment.amount"),
    (#"{"payment":{"amount":1},"config":{"modes":["PAYMENT"]}}"#, 400, "payment.merchantTransactionId is required"),
    (#"{"payment":{"merchantTransactionId":"a","merchantTransactionId":"b","amount":1},"config":{"modes":["PAYMENT"]}}"#, 400, "not JSON"),
    (
      #"{"payment":{"merchantTransactionId":"a","amount":1,"statementDescriptorSuffix":"12"},"config":{"modes":["PAYMENT"]}}"#, 400,
      "Suffix"
    ),
    (#"{"customer":{"hsid":"x"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#, 400, "customer.hsid must be a UUID"),
    (#"{"customer":{"enterpriseId":"1a"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#, 400, "customer.enterpriseId"),
    (#"{"customer":{"enterpriseId":"1","zip5":"1234"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#, 400, "customer.zip5"),
    (#"{"customer":{"enterpriseId":"1","dateOfBirth":"1970-31-13"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#, 400, "dateOfBirth"),
    (#"{"customer":{"enterpriseId":"1","email":"foo"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#, 400, "customer.email"),
    (#"{\#(customer),"agent":{},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#, 400, "agent.userId is required"),
    (#"{\#(customer),"config":{"modes":["PAYMENT_METHOD_ENTRY"],"paymentMethodChannel":{"card":["TEXT"]}}}"#, 400, "need an agent"),
    (#"{\#(customer),"config":{"modes":["PAYMENT_METHOD_ENTRY"],"privacyPolicyUrl":"http://a"}}"#, 400, "https URL"),
  ]

  @Test(arguments: refusals) func refuses(_ row: (body: String, status: Int, detail: String)) {
    guard case .refused(let status, let detail) = RequestRules.check(Array(row.body.utf8)) else {
      Issue.record("accepted: \(row.body)")
      return
    }
    #expect(status == row.status)
    #expect(detail.contains(row.detail), "\(detail)")
  }

  @Test(arguments: ["1970-31-12", "2000-09-21", "2000-02-29"]) func datesInEitherOrder(_ date: String) {
    let body = #"{"customer":{"enterpriseId":"1","dateOfBirth":"\#(date)"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}"#
    guard case .accepted = RequestRules.check(Array(body.utf8)) else {
      Issue.record("refused: \(date)")
      return
    }
  }
}
