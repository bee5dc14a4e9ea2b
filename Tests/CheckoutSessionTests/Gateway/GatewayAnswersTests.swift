import CheckoutSession
import Testing

@Suite("Answers of the gateway")
struct GatewayAnswersTests {
  private static let id = "9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60"

  private func accepted(_ text: String) throws -> Result<AcceptedAnswer, GatewayFailure> {
    let rule = try #require(HostedURLRule(origin: "https://wallet.example"))
    var reader = JSONReader()
    do {
      return .success(try AcceptedAnswer.read(ArraySlice(shifted: text), rule: rule, reader: &reader))
    } catch { return .failure(error) }
  }

  @Test(
    "202: refused as bad or untrusted, always in doubt, never with the URL in words",
    arguments: [
      ("", GatewayFailure.Code.badAnswer), ("<html>oops</html>", .badAnswer), ("{\"data\":{\"sessionId\":\"9b2d", .badAnswer),
      ("[]", .badAnswer), ("{}", .badAnswer),
      ("{\"data\":[]}", .badAnswer), ("{\"data\":{\"sessionId\":7,\"hostedUrl\":\"x\"}}", .badAnswer),
      ("{\"data\":{\"sessionId\":\"ID\"}}", .badAnswer),
      ("{\"data\":{\"sessionId\":\"7\",\"hostedUrl\":\"https://wallet.example/?checkoutSessionId=7\"}}", .untrustedAnswer),
      ("{\"data\":{\"sessionId\":\"ID\",\"hostedUrl\":\"https://evil.example/?checkoutSessionId=ID\"}}", .untrustedAnswer),
      ("{\"data\":{\"sessionId\":\"ID\",\"hostedUrl\":\"\"}}", .untrustedAnswer),
    ])
  func badAccepted(text: String, code: GatewayFailure.Code) throws {
    guard case .failure(let failure) = try accepted(text.replacing("ID", with: Self.id)) else {
      Issue.record("accepted")
      return
    }
    #expect(failure.code == code && failure.failureClass == .transient && failure.inDoubt && failure.httpStatus == 202)
    #expect(!failure.detail.contains("evil") && !failure.detail.contains(Self.id) && !failure.detail.contains("oops"))
  }

  @Test("202: read with escapes and unknown members")
  func goodAccepted() throws {
    let text = #"{"new":1,"data":{"sessionId":"ID","hostedUrl":"https:\/\/wallet.example\/app?checkoutSessionId=ID","x":[]}}"#
    let answer = try accepted(text.replacing("ID", with: Self.id)).get()
    #expect(answer.hostedURL == "https://wallet.example/app?checkoutSessionId=\(Self.id)")
    #expect(!"\(answer)".contains("wallet"))
    let session = answer.session(createdAt: Timestamp(millisecondsSinceEpoch: 0))
    #expect(session.expiresAt.millisecondsSinceEpoch == 900_000)
  }

  @Test(
    "GET: refused without id or status, or about another session",
    arguments: [
      ("{}", GatewayFailure.Code.badAnswer), ("[]", .badAnswer), ("", .badAnswer), ("{\"id\":\"ID\"}", .badAnswer),
      ("{\"id\":\"ID\",\"status\":1}", .badAnswer),
      ("{\"id\":\"x\",\"status\":\"CREATED\"}", .untrustedAnswer),
      ("{\"id\":\"00000000-6f0a-4d7b-8a55-3f1c2e4d5a60\",\"status\":\"CREATED\"}", .untrustedAnswer),
    ])
  func badSnapshot(text: String, code: GatewayFailure.Code) throws {
    var reader = JSONReader()
    do {
      _ = try SessionSnapshot.read(ArraySlice(shifted: text.replacing("ID", with: Self.id)), expected: SessionID(Self.id), reader: &reader)
      Issue.record("read")
    } catch {
      #expect(error.code == code && error.failureClass == .transient && !error.inDoubt)
    }
  }

  @Test("GET: keeps an unknown status, a payment's error, and no card number")
  func oddSnapshot() throws {
    let text = """
      {"data":{"sessionId":"\(Self.id)","status":"PARTLY\\u0000DONE","payment":{"id":"p","amount":12.5,"error":{"code":"DECLINED","detail":"x"}},
      "paymentMethod":{"card":{"last4":"4242424242424242","cardBrand":"VISA","expiryMonth":1}}}}
      """
    var reader = JSONReader()
    let snapshot = try SessionSnapshot.read(ArraySlice(shifted: text), reader: &reader)
    #expect(snapshot.status == .unknown("PARTLY DONE") && snapshot.status.text == "PARTLY DONE")
    #expect(snapshot.payment == PaymentSummary(id: "p", error: "DECLINED"))
    #expect(snapshot.paymentMethod == PaymentMethodSummary(cardBrand: "VISA", expiryMonth: 1))
  }

  @Test(
    "statuses are written as they are read", arguments: ["ACCEPTED", "CREATED", "INITIATED", "COMPLETED", "FAILED", "CANCELED", "EXPIRED"])
  func statuses(text: String) {
    #expect(GatewayStatus(text).text == text)
    if case .unknown = GatewayStatus(text) { #expect(text == "EXPIRED") } else { #expect(text != "EXPIRED") }
  }

  @Test(
    "error bodies: title, detail and status in every shape, or what stands there instead",
    arguments: [
      ("{\"message\":\"Unauthorized\"}", nil, "Unauthorized", nil, nil),
      ("{\"title\":\"T\",\"detail\":\"D\",\"status\":\"503\"}", "T", "D", 503, nil),
      ("{\"title\":\"T\",\"detail\":\"D\",\"status\":401}", "T", "D", 401, nil),
      ("{\"title\":\"\",\"detail\":\"\",\"status\":\"\"}", nil, nil, nil, nil),
      ("{\"error\":\"invalid_client\",\"error_description\":\"no\"}", "invalid_client", "no", nil, nil),
      ("{\"detail\":\"a\\n\\u0007b\\u0085\"}", nil, "a b", nil, nil), ("", nil, nil, nil, "an empty body"),
      (" \n", nil, nil, nil, "an empty body"),
      ("\n<html>", nil, nil, nil, "an HTML page of 7 bytes"),
      ("{\"title\":\"T", nil, nil, nil, "a body of 11 bytes that is not whole JSON"),
      ("[1]", nil, nil, nil, "a body of 3 bytes that is not whole JSON"), ("{\"title\":7,\"detail\":null}", nil, nil, nil, nil),
    ] as [(String, String?, String?, Int?, String?)])
  func errorBodies(text: String, title: String?, detail: String?, status: Int?, unreadable: String?) {
    let body = GatewayErrorBody(ArraySlice(shifted: text))
    #expect(body.title == title && body.detail == detail && body.status == status && body.unreadable == unreadable, "\(body)")
  }

  @Test("error bodies: the detail is cut at 1024 bytes, between two scalars")
  func boundedDetail() throws {
    let body = GatewayErrorBody(ArraySlice(shifted: "{\"detail\":\"x\(String(repeating: "é", count: 2000))\"}"))
    let detail = try #require(body.detail)
    #expect(detail.utf8.count <= 1024 && detail.utf8.count > 1020 && detail.hasSuffix("é…"))
  }

  @Test(
    "tokens: refused with the member at fault",
    arguments: [
      "", "{}", "{\"access_token\":\"\"}", "{\"access_token\":\"a b\"}", "{\"access_token\":\"a\\n\"}",
      "{\"access_token\":\"t\",\"expires_in\":-1}", "{\"access_token\":\"t\",\"expires_in\":1.5}",
    ])
  func badTokens(text: String) {
    #expect(throws: GatewayFailure.self) { try TokenAnswer.read(ArraySlice(shifted: text)) }
  }

  @Test("tokens: read, and never printed")
  func goodToken() throws {
    let token = try TokenAnswer.read(ArraySlice(shifted: "{\"access_token\":\"hunter2\",\"expires_in\":\"60\"}"))
    #expect(token.accessToken == "hunter2" && token.lifetime == .seconds(60))
    var dumped = ""
    dump(token, to: &dumped)
    for text in ["\(token)", String(reflecting: token), dumped] { #expect(!text.contains("hunter2")) }
    #expect(try TokenAnswer.read(ArraySlice(shifted: "{\"access_token\":\"t\"}")).lifetime == nil)
  }
}
