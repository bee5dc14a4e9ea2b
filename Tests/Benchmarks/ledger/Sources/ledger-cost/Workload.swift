import CheckoutSession

/// Requests and sessions like real ones: random ids, growing times.
struct Workload {
  /// Records of one call, as in a worker with many batches in flight.
  static let batchRecords = 500
  /// How much later each batch comes than the one before: 1,000 sessions a second.
  static let batchInterval: Duration = .milliseconds(500)
  /// When a session is polled first.
  static let firstPoll: Duration = .seconds(5)

  private var state: UInt64 = 42
  private var batches = 0
  /// When the latest batch came.
  private(set) var now = Timestamp(millisecondsSinceEpoch: 1_780_000_000_000)

  /// The next batch of requests.
  mutating func claims() -> [RequestClaim] {
    now = now + Self.batchInterval
    batches += 1
    return (0..<Self.batchRecords).compactMap { index in
      BodyHash(bytes: (0..<32).map { _ in UInt8(truncatingIfNeeded: next()) }).map { hash in
        RequestClaim(
          identity: RequestIdentity(merchantID: "merchant-\(index & 3)", requestID: uuid()), bodyHash: hash, mode: .payment,
          merchantTransactionID: "order-\(batches)-\(index)", replayCount: 0,
          source: RecordCoordinate(
            topic: "checkout.session-requests", partition: Int32(index & 7), offset: Int64(batches * Self.batchRecords + index)))
      }
    }
  }

  /// Sessions for claimed requests, which are polled first within half a second of ``firstPoll`` if they are to be watched.
  mutating func decisions(_ keys: [ClaimKey], watched: Bool) -> [NewDecision] {
    keys.compactMap { key in
      let id = uuid()
      guard let sessionID = SessionID(id) else { return nil }
      let session = CreatedSession(
        sessionID: sessionID, hostedURL: "https://stg-wallet.example.com/app?checkoutSessionId=\(id)&appEnv=stage", createdAt: now)
      let watch = SessionWatch(recordKey: Array("order-\(key.row)".utf8), firstPollAt: now + Self.firstPoll + .milliseconds(next() % 500))
      return NewDecision(
        key: key, reply: DecidedReply(outcome: .created, session: session, error: nil, attempts: 1, decidedAt: now),
        watch: watched ? watch : nil)
    }
  }

  private mutating func uuid() -> String {
    let (high, low) = (next(), next())
    let digits = Self.hexadecimal(high) + Self.hexadecimal(low)
    let parts = [8, 4, 4, 4, 12]
    var rest = digits[...]
    return parts.map { count in
      defer { rest = rest.dropFirst(count) }
      return String(rest.prefix(count))
    }.joined(separator: "-")
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// SplitMix64, so that each run is the same.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
