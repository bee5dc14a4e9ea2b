import CheckoutSession
import Records

/// A history without a fault: every request has a session, a reply and an end. Answers stand in another order than the requests, as those of many workers do.
struct SyntheticHistory {
  /// What a batch of records holds.
  enum Kind: Int, CaseIterable {
    case requests, replies, events

    /// The topic.
    var topic: String {
      switch self {
      case .requests: "requests"
      case .replies: "replies"
      case .events: "status"
      }
    }
  }

  static let merchant = "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77"
  static let start = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)
  static let partitions = 12
  private static let body = Array(
    #"{"customer":{"hsid":"11111111-2222-4333-8444-555555555555"},"payment":{"merchantTransactionId":"order-1","amount":100},"config":{"modes":["PAYMENT"]}}"#
      .utf8)
  /// A prime, so that every request is answered once.
  private static let stride = 7_368_787

  /// How many requests.
  let count: Int

  /// Records of one kind, those of some places in their topic.
  func batch(_ places: Range<Int>, _ kind: Kind) throws -> RecordBatch {
    var slab: [UInt8] = []
    slab.reserveCapacity(places.count * 700)
    let records = try places.map { place in
      let number = kind == .requests ? place : (place &* Self.stride) % count
      let valueStart = slab.count
      try appendValue(kind, number, to: &slab)
      let value = ByteSpan(offset: valueStart, count: slab.count - valueStart)
      let headersStart = slab.count
      appendHeaders(kind, number, to: &slab)
      let written = Self.time(of: number) + .milliseconds(kind.rawValue * 500)
      return Record(
        topicIndex: 0, partition: Int32(place % Self.partitions), offset: Int64(place / Self.partitions),
        timestampMilliseconds: written.millisecondsSinceEpoch, assignmentEpoch: 0, key: .null, value: value,
        headers: ByteSpan(offset: headersStart, count: slab.count - headersStart))
    }
    return RecordBatch(slab: slab, records: records, topics: [kind.topic])
  }

  /// What the ledger holds of some requests.
  func generations(_ numbers: Range<Int>) throws -> [AuditedGeneration] {
    try numbers.map { number in
      AuditedGeneration(
        key: ClaimKey(row: Int64(number + 1), generation: 1), identity: Self.identity(number), isPresent: true,
        source: RecordCoordinate(topic: Kind.requests.topic, partition: 0, offset: 0), claimedAt: Self.start, outcome: .created,
        sessionID: try Self.session(number), decidedAt: Self.start, isPublished: true, ended: .completed)
    }
  }

  private func appendValue(_ kind: Kind, _ number: Int, to slab: inout [UInt8]) throws {
    let created = Self.time(of: number)
    switch kind {
    case .requests: slab.append(contentsOf: Self.body)
    case .replies:
      let id = try Self.session(number)
      let url = "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=\(id)&appEnv=stage"
      let decision = DecidedReply(
        outcome: .created, session: CreatedSession(sessionID: id, hostedURL: url, createdAt: created), error: nil, attempts: 1,
        decidedAt: created)
      Reply(
        identity: Self.identity(number), merchantTransactionID: "order-\(number)", mode: .payment, decision: decision, generation: 1
      ).append(to: &slab)
    case .events:
      StatusEvent(
        identity: Self.identity(number), merchantTransactionID: "order-\(number)", sessionID: try Self.session(number), mode: .payment,
        status: .completed, observedAt: created + .seconds(60), createdAt: created, polls: 5
      ).append(to: &slab)
    }
  }

  private func appendHeaders(_ kind: Kind, _ number: Int, to slab: inout [UInt8]) {
    var headers = [("ce_id", Self.identity(number).requestID)]
    if kind == .requests {
      headers.append(("merchant-id", Self.merchant))
    } else {
      headers += [
        ("ce_specversion", "1.0"), ("ce_source", "/checkout-worker"), ("ce_type", "checkout.session.created"),
        ("ce_time", Self.time(of: number).rfc3339), ("content-type", "application/json"),
      ]
    }
    if kind != .events { headers.append(("correlation-id", "c\(number)")) }
    for (name, value) in headers { PackedHeaders.append(name: name.utf8, value: value.utf8, to: &slab) }
  }

  private static func time(of number: Int) -> Timestamp { start + .milliseconds(number / 10) }

  private static func identity(_ number: Int) -> RequestIdentity {
    RequestIdentity(merchantID: merchant, requestID: "9a8b7c6d-0000-4000-8000-\(digits(number))")
  }

  private static func session(_ number: Int) throws -> SessionID {
    guard let id = SessionID("11111111-2222-4333-8444-\(digits(number))") else { throw NoSessionID() }
    return id
  }

  private static func digits(_ number: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: max(0, 12 - text.count)) + text
  }
}

/// A text that should be a session id is none.
struct NoSessionID: Error {}
