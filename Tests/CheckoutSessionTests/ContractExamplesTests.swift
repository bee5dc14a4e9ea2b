import CheckoutSession
import Testing

/// Every file of the contract's examples, for what `contract/gateway.md` says of it.
@Suite("The contract's examples")
struct ContractExamplesTests {
  private static let id = "9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60"
  private static let transaction = "f32736c8-266a-4da1-af16-293fa02a351a"

  private static let requests: [(String, SessionMode, Bool)] = [
    ("request-agent-assisted", .paymentMethodEntry, true), ("request-payment-guest", .payment, true),
    ("request-payment-method-display", .paymentMethodDisplay, false), ("request-payment-method-entry", .paymentMethodEntry, true),
    ("request-payment-method-select", .paymentMethodSelect, false), ("request-payment-with-wallet", .paymentWithWallet, true),
  ]

  private static let card = PaymentMethodSummary(
    id: "5f0f2f0a-9a55-4a07-8a7f-0d6c0c7f6b11", type: "CARD", cardBrand: "VISA", last4: "4242", expiryMonth: 1, expiryYear: 2030)

  private static let snapshots: [(String, GatewayStatus, PaymentSummary?, PaymentMethodSummary?, Bool)] = [
    ("get-200-created", .created, nil, nil, false), ("get-200-completed-flat", .completed, nil, nil, false),
    ("get-200-completed-payment-method-entry", .completed, nil, card, false),
    (
      "get-200-completed-payment-with-wallet", .completed,
      PaymentSummary(id: "3a1f", status: "COMPLETED", amount: 100, currencyCode: "USD", paymentMethodID: card.id), nil, false
    ),
    (
      "get-200-completed-payment", .completed, PaymentSummary(id: "3a1f", status: "COMPLETED", amount: 100, currencyCode: "USD"), nil, false
    ),
    ("get-200-created-payment-method-display", .created, nil, card, true),
    ("get-200-created-payment-method-select", .created, nil, nil, true),
  ]

  private static let errors: [(String, String?, String, Int?)] = [
    ("error-500", "INTERNAL_SERVER_ERROR", "An error occurred", 500), ("get-401-message", nil, "Unauthorized", nil),
    ("get-401-session-timeout", "SESSION_TIMEOUT", "Your session is no longer valid", 401),
    ("get-401-token-expired", "UNAUTHORIZED", "jwt signature verification failed: 'exp' claim expired at 2030-01-01T00:00:00Z", 401),
    ("get-403-forbidden", "FORBIDDEN", "Not allowed to access this session", 403),
    ("get-404-not-found", "NOT_FOUND", "Session Id not found", 404),
    ("get-410-canceled", "SESSION_CANCELED", "Your session has been canceled", 410),
    ("post-400-invalid-request", "INVALID_REQUEST", "customer should contain hsid, enterpriseId or metadata", 400),
    ("post-422-unprocessable", "UNPROCESSABLE_ENTITY", "payment is required", 422),
  ]

  @Test("requests are accepted, with their mode", arguments: requests)
  func request(name: String, mode: SessionMode, hasPayment: Bool) throws {
    var reader = JSONReader()
    let request = try SessionRequest.read(try Fixture.example(name), reader: &reader)
    #expect(request == SessionRequest(mode: mode, merchantTransactionID: hasPayment ? Self.transaction : nil))
  }

  @Test("the trailing comma is rejected with its line and column")
  func trailingComma() throws {
    let body = try Fixture.example("request-trailing-comma-invalid")
    var reader = JSONReader()
    do {
      _ = try SessionRequest.read(body, reader: &reader)
      Issue.record("accepted")
    } catch {
      #expect(error.code == .invalidJSON)
      #expect(error.detail == "line 6, column 27: found a trailing comma, expected '}' behind the last member")
    }
  }

  @Test("answers to GET are reduced to what may be published", arguments: snapshots)
  func snapshot(name: String, status: GatewayStatus, payment: PaymentSummary?, method: PaymentMethodSummary?, hasTimes: Bool) throws {
    var reader = JSONReader()
    let snapshot = try SessionSnapshot.read(try Fixture.example(name), expected: SessionID(Self.id), reader: &reader)
    #expect(snapshot.sessionID.rawValue == Self.id && snapshot.status == status)
    #expect(snapshot.payment == payment && snapshot.paymentMethod == method)
    #expect(snapshot.expiresAt?.rfc3339 == (hasTimes ? "2030-01-01T12:15:00.000Z" : nil))
    #expect(snapshot.createdAt?.rfc3339 == (hasTimes ? "2030-01-01T12:00:00.000Z" : nil))
    for secret in ["never-store-this", "foo", "54321"] { #expect(!"\(snapshot)".contains(secret)) }
  }

  @Test("errors give title, detail and status", arguments: errors)
  func errorBody(name: String, title: String?, detail: String, status: Int?) throws {
    let body = GatewayErrorBody(try Fixture.example(name))
    #expect(body.title == title && body.detail == detail && body.status == status && body.unreadable == nil)
  }

  @Test("the 202 gives the session, on its host only")
  func accepted() throws {
    let body = try Fixture.example("post-202-accepted")
    var reader = JSONReader()
    let stage = try #require(HostedURLRule(origin: "https://stg-wallet.healthsafepay.com", appEnvironment: "stage"))
    let answer = try AcceptedAnswer.read(body, rule: stage, reader: &reader)
    #expect(answer.sessionID.rawValue == Self.id)
    #expect(answer.hostedURL == "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=\(Self.id)&appEnv=stage")
    let prod = try #require(HostedURLRule(origin: "https://wallet.healthsafepay.com", appEnvironment: "prod"))
    #expect(throws: GatewayFailure.self) { try AcceptedAnswer.read(body, rule: prod, reader: &reader) }
  }

  @Test("the token is read")
  func token() throws {
    let token = try TokenAnswer.read(try Fixture.example("token-200"))
    #expect(token.accessToken == "eyJ.example.token" && token.lifetime == .seconds(3594))
  }

  @Test("every file has its test")
  func complete() throws {
    let tested =
      Self.requests.map(\.0) + Self.snapshots.map(\.0) + Self.errors.map(\.0) + [
        "request-trailing-comma-invalid", "post-202-accepted", "token-200",
      ]
    #expect(try Fixture.exampleNames() == tested.sorted())
  }
}
