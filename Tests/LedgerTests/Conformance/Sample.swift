import CheckoutSession
import Ledger
import Testing

/// Requests and replies to work with.
enum Sample {
  /// When the samples happen.
  static let now = Timestamp(millisecondsSinceEpoch: 1_780_000_000_000)

  static func claim(
    _ requestID: String, merchant: String = "merchant-1", body: UInt8 = 1, replayCount: Int = 0, offset: Int64 = 0
  ) throws -> RequestClaim {
    RequestClaim(
      identity: RequestIdentity(merchantID: merchant, requestID: requestID),
      bodyHash: try #require(BodyHash(bytes: Array(repeating: body, count: 32))), mode: .payment,
      merchantTransactionID: "order-\(requestID)", replayCount: replayCount,
      source: RecordCoordinate(topic: "checkout.session-requests", partition: 3, offset: offset))
  }

  static func created(
    _ sessionID: String = "0f8fad5b-d9cb-469f-a165-70867728950e", at: Timestamp = now, attempts: Int = 1
  ) throws -> DecidedReply {
    let session = CreatedSession(
      sessionID: try #require(SessionID(sessionID)), hostedURL: "https://hcp.example/session/\(sessionID)?lang=de", createdAt: at)
    return DecidedReply(outcome: .created, session: session, error: nil, attempts: attempts, decidedAt: at)
  }

  static func declined(_ outcome: ReplyOutcome, field: String? = nil, at: Timestamp = now) -> DecidedReply {
    let error = ReplyError(
      code: "GATEWAY_UNAVAILABLE", title: "Gave up", detail: "5 attempts, the last: 503", field: field, retryable: outcome == .failed)
    return DecidedReply(outcome: outcome, session: nil, error: error, attempts: 5, decidedAt: at)
  }
}

extension LedgerStore {
  /// Claims a request that nobody has seen and returns its key.
  func claimNew(_ claim: RequestClaim, at: Timestamp = Sample.now) async throws -> ClaimKey {
    let outcomes = try await self.claim([claim], at: at)
    guard case .new(let key) = try #require(outcomes.first) else {
      Issue.record("expected a new claim, got \(outcomes)")
      throw UnexpectedClaim()
    }
    return key
  }

  /// Claims, decides, and optionally publishes a request.
  @discardableResult
  func settle(_ claim: RequestClaim, _ reply: DecidedReply, published: Bool = true, at: Timestamp = Sample.now) async throws -> ClaimKey {
    let key = try await claimNew(claim, at: at)
    #expect(try await record([(key, reply)]) == [.recorded])
    if published { try await markPublished([key], at: at) }
    return key
  }
}

/// A claim had another outcome than the test needs to go on.
struct UnexpectedClaim: Error {}
