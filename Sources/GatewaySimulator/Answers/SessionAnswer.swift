import CheckoutSession
import NIOHTTP1

/// The answers about one session, in the shapes of `contract/examples`. Whoever the customer was, the answers show foo bar.
struct SessionAnswer {
  let session: SimulatedSession
  /// A fault that changes the body, or none.
  var fault: FaultKind?

  private static let strangeOrigin = "https://wallet.stranger.example"
  private static let card = """
    "nameOnCard":"foo bar","cardBrand":"VISA","expiryMonth":1,"expiryYear":2030,"last4":"4242","zipCode":"54321"
    """
  private static let webform = #"[{"type":"WEBFORM","order":0,"enabled":true}]"#

  /// 202, the answer to the POST.
  func accepted(origin: String, appEnv: String) -> Answer {
    let id = SessionIdentifier.text(session.id)
    let host = fault == .wrongHost ? Self.strangeOrigin : origin
    return Answer.json(.accepted) { body in
      body.member("url", "/sessions/\(id)")
      body.object("data") { data in
        data.member("sessionId", id)
        repeatAsNull("sessionId", in: &data)
        data.member("hostedUrl", "\(host)/app?checkoutSessionId=\(id)&appEnv=\(appEnv)")
      }
    }
  }

  /// The answer to a GET while the session truly has `status`.
  func answer(for status: SimulatedStatus) -> Answer {
    switch status {
    case .canceled: return .sessionCanceled
    case .timedOut: return .sessionTimedOut
    case .accepted, .created, .completed, .failed: break
    }
    let told = fault == .unknownStatus ? "PROCESSING" : status.rawValue
    switch session.mode {
    case .paymentMethodSelect, .paymentMethodDisplay: return detailed(status, told: told)
    case .payment, .paymentWithWallet, .paymentMethodEntry:
      return status.isTerminal && !(session.isFlat && status == .completed) ? nested(status, told: told) : flat(status, told: told)
    }
  }

  /// Shape 1: `{"id","status"}`.
  private func flat(_ status: SimulatedStatus, told: String) -> Answer {
    Answer.json(.ok) { body in
      body.member("id", SessionIdentifier.text(session.id))
      body.member("status", told)
      repeatAsNull("status", in: &body)
      if status == .completed { body.object("paymentMethod") { _ in } }
    }
  }

  /// Shape 2: `{"data":{"sessionId","status","payment"|"paymentMethodResponse"}}`.
  private func nested(_ status: SimulatedStatus, told: String) -> Answer {
    Answer.json(.ok) { body in
      body.object("data") { data in
        data.member("sessionId", SessionIdentifier.text(session.id))
        data.member("status", told)
        repeatAsNull("status", in: &data)
        if session.mode == .paymentMethodEntry {
          data.object("paymentMethodResponse") { paymentMethodResponse(status, in: &$0) }
        } else {
          data.object("payment") { payment(status, in: &$0) }
        }
      }
    }
  }

  private func payment(_ status: SimulatedStatus, in payment: inout JSONWriter) {
    payment.member("id", "pay-\(session.key.rawValue % 1_000_000_007)")
    payment.member("amount", session.amountCents ?? 0)
    payment.member("description", "")
    payment.member("merchantTransactionId", session.merchantTransactionID ?? "")
    payment.member("merchantId", session.merchantID)
    payment.member("paymentType", "")
    payment.member("currencyCode", "USD")
    payment.member("status", status.rawValue)
    if session.mode == .paymentWithWallet { payment.member("paymentMethodId", methodID) } else { payment.nullMember("paymentMethodId") }
    payment.object("metadata") { _ in }
    if status == .failed {
      payment.object("error") { error in
        error.member("title", "CARD_DECLINED")
        error.member("detail", "The card was declined")
      }
    } else {
      payment.nullMember("error")
    }
    payment.nullMember("statementDescriptorSuffix")
    if session.mode == .paymentWithWallet { payment.nullMember("paymentDetails") }
  }

  private func paymentMethodResponse(_ status: SimulatedStatus, in response: inout JSONWriter) {
    response.member("id", methodID)
    response.member("paymentMethodType", "CARD")
    response.member("status", status.rawValue)
    response.rawMember("card", "{\(Self.card)}")
    response.rawMember("paymentMethodDetails", #"{"type":"CARD",\#(Self.card)}"#)
    response.member("nickname", "")
    response.member("default", true)
  }

  /// Shape 3: `{"data":{"id","checkoutSessionStatus",…,"checkoutRequest":{…}},"hcpToken"}`.
  private func detailed(_ status: SimulatedStatus, told: String) -> Answer {
    Answer.json(.ok) { body in
      body.object("data") { data in
        data.member("id", SessionIdentifier.text(session.id))
        data.object("checkoutRequest") { checkoutRequest(in: &$0) }
        data.member("merchantId", session.merchantID)
        data.member("checkoutSessionStatus", told)
        repeatAsNull("checkoutSessionStatus", in: &data)
        data.member("customerId", "")
        data.member("vendorMerchantId", "")
        data.nullMember("paymentId")
        if session.mode == .paymentMethodDisplay {
          // The guide's answer names this member twice, first with the method, then null (`contract/gateway.md`, "three shapes").
          data.rawMember("paymentMethod", method)
        } else {
          data.nullMember("paymentMethodId")
        }
        for name in ["childSessionId", "childSession", "appearance", "error"] { data.nullMember(name) }
        if session.mode == .paymentMethodSelect, status == .completed {
          data.rawMember("paymentMethod", method)
        } else {
          data.nullMember("paymentMethod")
        }
        for name in ["payment", "warning", "features"] { data.nullMember(name) }
        data.member("expiresAtUtc", Timestamp(nanosecondsSinceEpoch: session.expiresAt))
        data.member("createdAtUtc", Timestamp(nanosecondsSinceEpoch: session.createdAt))
      }
      body.member("hcpToken", "never-store-this")
    }
  }

  private func checkoutRequest(in request: inout JSONWriter) {
    let absent = [
      "paymentType", "authorizeCard", "merchantTransactionId", "amount", "statementDescriptorSuffix", "paymentDescription", "phoneNumber",
    ]
    for name in absent { request.nullMember(name) }
    request.member("email", "foo.bar@email.com")
    request.member("firstName", "foo")
    request.object("config") { config in
      config.rawMember("paymentMethodChannel", #"{"cardChannels":\#(Self.webform),"card":["WEBFORM"]}"#)
      config.rawMember("modes", #"["\#(session.mode.rawValue)"]"#)
      config.rawMember("paymentMethod", #"[{"type":"CARD","channels":\#(Self.webform)}]"#)
      config.member("privacyPolicyUrl", "")
      config.member("senderEmailAddress", "")
      config.nullMember("options")
    }
    for name in ["agent", "assistedByAgent", "metadata", "paymentDetails"] { request.nullMember(name) }
    request.object("paymentMethod") { method in
      method.member("id", methodID)
      method.member("default", false)
    }
    request.nullMember("consent")
  }

  /// The request's method, or one of our own that looks like one. What comes here is put into raw JSON, so only a UUID does.
  private var methodID: String {
    if let id = session.paymentMethodID, UUIDFormat.isUUID(id.utf8) { return id }
    return SessionIdentifier.text(session.id ^ 0xFFFF)
  }

  private var method: String {
    """
    {"id":"\(methodID)","paymentMethodType":"CARD","card":{"type":"CARD",\(Self.card),"status":"ACTIVE","manufacturerCard":false},\
    "nickname":"","default":true}
    """
  }

  private func repeatAsNull(_ name: String, in object: inout JSONWriter) {
    if fault == .duplicateKeys { object.nullMember(name) }
  }
}

extension JSONWriter {
  /// A member that is `null`.
  mutating func nullMember(_ name: String) {
    self.name(name)
    null()
  }

  /// A member that is written JSON already.
  mutating func rawMember(_ name: String, _ json: String) {
    self.name(name)
    raw(json.utf8)
  }
}
