import CheckoutSession
import Testing

@Suite("Status event")
struct StatusEventTests {
  private func event(
    merchant: String = "m", request: String = "r", session: String = "9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60",
    status: SessionStatus = .completed,
    polls: Int = 7, payment: PaymentSummary? = nil, paymentMethod: PaymentMethodSummary? = nil
  ) throws -> StatusEvent {
    let at = Timestamp(millisecondsSinceEpoch: 1_893_499_200_000)
    return StatusEvent(
      identity: RequestIdentity(merchantID: merchant, requestID: request), merchantTransactionID: "t",
      sessionID: try #require(SessionID(session)), mode: .payment, status: status, observedAt: at + .seconds(60), createdAt: at,
      polls: polls,
      payment: payment, paymentMethod: paymentMethod)
  }

  private func text(_ event: StatusEvent) -> String {
    var bytes: [UInt8] = []
    event.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("the value, without what the gateway did not tell")
  func plain() throws {
    #expect(
      text(try event(status: .timedOut))
        == #"{"requestId":"r","merchantId":"m","merchantTransactionId":"t","sessionId":"9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60","mode":"PAYMENT","#
        + #""status":"TIMED_OUT","terminal":true,"observedAt":"2030-01-01T12:01:00.000Z","createdAt":"2030-01-01T12:00:00.000Z","polls":7}"#
    )
    var unknown = try event(status: .unresolved)
    unknown.merchantTransactionID = nil
    #expect(text(unknown).contains(#""status":"UNRESOLVED","terminal":false"#) && !text(unknown).contains("merchantTransactionId"))
  }

  @Test("payment and payment method: the listed members, null where unknown")
  func details() throws {
    let event = try event(
      payment: PaymentSummary(id: "p", status: "COMPLETED", amount: 100),
      paymentMethod: PaymentMethodSummary(id: "pm", type: "CARD", cardBrand: "VISA", last4: "1111", expiryMonth: 1, expiryYear: 2030))
    #expect(
      text(event).hasSuffix(
        #","polls":7,"payment":{"id":"p","status":"COMPLETED","amount":100,"currencyCode":null,"paymentMethodId":null,"error":null},"#
          + #""paymentMethod":{"id":"pm","type":"CARD","cardBrand":"VISA","last4":"1111","expiryMonth":1,"expiryYear":2030}}"#))
  }

  @Test("ce_id: the same for the same session and status, another for anything else")
  func ceID() throws {
    let first = try event().ceID
    #expect(UUIDFormat.isUUID(first.utf8))
    // Fixed for ever: consumers remember these.
    #expect(first == "0d66e846-5fb8-820d-8f3f-048bb63b3741")
    #expect(try first == event(polls: 9, payment: PaymentSummary(id: "p")).ceID)
    let others = [
      try event(merchant: "mr", request: ""), try event(merchant: "", request: "mr"), try event(status: .failed), try event(request: "s"),
      try event(session: "9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a61"),
    ]
    #expect(Set(others.map(\.ceID) + [first]).count == others.count + 1)
  }
}
