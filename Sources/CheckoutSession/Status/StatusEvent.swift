/// One record of the status topic (`contract/messages.md`, "Status event value").
public struct StatusEvent: Hashable, Sendable {
  /// Merchant and request id.
  public var identity: RequestIdentity
  /// `payment.merchantTransactionId`, if known.
  public var merchantTransactionID: String?
  /// The gateway's name of the session.
  public var sessionID: SessionID
  /// The request's mode.
  public var mode: SessionMode
  /// What the session has become; never ``SessionStatus/accepted``.
  public var status: SessionStatus
  /// When the gateway said so, or when it was given up on (``SessionStatus/unresolved``).
  public var observedAt: Timestamp
  /// ``CreatedSession/createdAt``.
  public var createdAt: Timestamp
  /// How often the gateway was asked until then.
  public var polls: Int
  /// What the gateway tells of the payment, reduced to the listed members.
  public var payment: PaymentSummary?
  /// What the gateway tells of the payment method, reduced to the listed members.
  public var paymentMethod: PaymentMethodSummary?

  /// Makes an event.
  public init(
    identity: RequestIdentity, merchantTransactionID: String?, sessionID: SessionID, mode: SessionMode, status: SessionStatus,
    observedAt: Timestamp, createdAt: Timestamp, polls: Int, payment: PaymentSummary? = nil, paymentMethod: PaymentMethodSummary? = nil
  ) {
    self.identity = identity
    self.merchantTransactionID = merchantTransactionID
    self.sessionID = sessionID
    self.mode = mode
    self.status = status
    self.observedAt = observedAt
    self.createdAt = createdAt
    self.polls = polls
    self.payment = payment
    self.paymentMethod = paymentMethod
  }

  /// The event's `ce_id`: the same for the same (merchant, request id, session, status), so that consumers can drop an event that they have.
  public var ceID: String {
    StableID.make(
      purpose: "checkout-session-status/1", parts: [identity.merchantID, identity.requestID, sessionID.rawValue, status.rawValue])
  }

  /// Appends the value: one JSON object. `payment` and `paymentMethod` are absent if the gateway told nothing of them; inside of them an
  /// unknown member is null.
  public func append(to bytes: inout [UInt8]) {
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("requestId", identity.requestID)
        json.member("merchantId", identity.merchantID)
        json.memberIfPresent("merchantTransactionId", merchantTransactionID)
        json.member("sessionId", sessionID.rawValue)
        json.member("mode", mode.rawValue)
        json.member("status", status.rawValue)
        json.member("terminal", status.isTerminal)
        json.member("observedAt", observedAt)
        json.member("createdAt", createdAt)
        json.member("polls", polls)
        if let payment { Self.append(payment, to: &json) }
        if let paymentMethod { Self.append(paymentMethod, to: &json) }
      }
    }
  }

  private static func append(_ payment: PaymentSummary, to json: inout JSONWriter) {
    json.object("payment") { json in
      json.memberOrNull("id", payment.id)
      json.memberOrNull("status", payment.status)
      json.memberOrNull("amount", payment.amount)
      json.memberOrNull("currencyCode", payment.currencyCode)
      json.memberOrNull("paymentMethodId", payment.paymentMethodID)
      json.memberOrNull("error", payment.error)
    }
  }

  private static func append(_ method: PaymentMethodSummary, to json: inout JSONWriter) {
    json.object("paymentMethod") { json in
      json.memberOrNull("id", method.id)
      json.memberOrNull("type", method.type)
      json.memberOrNull("cardBrand", method.cardBrand)
      json.memberOrNull("last4", method.last4)
      json.memberOrNull("expiryMonth", method.expiryMonth)
      json.memberOrNull("expiryYear", method.expiryYear)
    }
  }
}
