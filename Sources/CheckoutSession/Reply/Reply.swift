import Crypto

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

  /// Appends the value: one JSON object, without the members that are not known.
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
  ///
  /// The first 16 bytes of SHA-256 over `checkout-session-reply/1`, merchant, request id and outcome, each behind its length in eight
  /// big-endian bytes, and the generation in eight big-endian bytes, written as a UUID of version 8 (RFC 9562, section 5.8). The lengths
  /// keep `("a", "bc")` and `("ab", "c")` apart.
  public var ceID: String {
    var input: [UInt8] = []
    input.reserveCapacity(192)
    for part in ["checkout-session-reply/1", identity.merchantID, identity.requestID, decision.outcome.rawValue] {
      Self.append(bigEndian: UInt64(part.utf8.count), to: &input)
      input.append(contentsOf: part.utf8)
    }
    Self.append(bigEndian: UInt64(bitPattern: Int64(generation)), to: &input)
    return UUIDFormat.version8(Array(SHA256.hash(data: input)))
  }

  private static func append(bigEndian value: UInt64, to bytes: inout [UInt8]) {
    for index: UInt64 in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (56 - 8 * index))) }
  }
}
