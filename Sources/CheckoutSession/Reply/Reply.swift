/// One record of the reply topic (`contract/messages.md`, "Reply value").
public struct Reply: Hashable, Sendable {
  /// Merchant and request id.
  public var identity: RequestIdentity
  /// `payment.merchantTransactionId`, if known.
  public var merchantTransactionID: String?
  /// The request's mode, if known.
  public var mode: SessionMode?
  /// How the request ended.
  public var decision: DecidedReply
  /// The n-th session of the identity, from 1.
  public var generation: Int

  /// Makes a reply.
  public init(identity: RequestIdentity, merchantTransactionID: String?, mode: SessionMode?, decision: DecidedReply, generation: Int) {
    self.identity = identity
    self.merchantTransactionID = merchantTransactionID
    self.mode = mode
    self.decision = decision
    self.generation = generation
  }

  /// Appends the value: one JSON object, without the members that are not known. A session that has completed has no `hostedUrl` any more.
  public func append(to bytes: inout [UInt8]) {
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("requestId", identity.requestID)
        json.member("merchantId", identity.merchantID)
        json.memberIfPresent("merchantTransactionId", merchantTransactionID)
        json.memberIfPresent("mode", mode?.rawValue)
        json.member("outcome", decision.outcome.rawValue)
        if decision.outcome == .created, let session = decision.session {
          json.member("sessionId", session.sessionID.rawValue)
          json.member("hostedUrl", session.hostedURL)
          json.member("createdAt", session.createdAt)
          json.member("expiresAt", session.expiresAt)
        } else if decision.outcome == .created, let completed = decision.completed {
          json.member("sessionId", completed.sessionID.rawValue)
          json.member("createdAt", completed.createdAt)
          json.member("expiresAt", completed.expiresAt)
        }
        if decision.outcome != .created, let error = decision.error { Self.append(error, to: &json) }
        json.member("attempts", decision.attempts)
        json.member("generation", generation)
      }
    }
  }

  private static func append(_ error: ReplyError, to json: inout JSONWriter) {
    json.object("error") { json in
      json.member("code", error.code)
      json.member("title", error.title)
      json.member("detail", error.detail)
      json.memberIfPresent("field", error.field)
      json.member("retryable", error.retryable)
    }
  }

  /// The reply's `ce_id`: the same for the same (merchant, request id, generation, outcome), so that consumers can drop a reply that they
  /// have.
  public var ceID: String {
    StableID.make(
      purpose: "checkout-session-reply/1", parts: [identity.merchantID, identity.requestID, decision.outcome.rawValue],
      number: UInt64(bitPattern: Int64(generation)))
  }
}
