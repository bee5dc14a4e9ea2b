import CheckoutSession

@testable import Audit

/// A history of topics and ledger that can be changed before it is audited.
struct World: Sendable {
  static let requestsTopic = "requests"
  static let merchantID = "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77"
  /// When the first request was written.
  static let origin = Timestamp(millisecondsSinceEpoch: 1_800_000_000_000)

  var requests: [AuditedRequest] = []
  var replies: [AuditedReply] = []
  var events: [AuditedEvent] = []
  var deadLetters: [AuditedDeadLetter] = []
  var unreadable: [AuditPlace] = []
  var generations: [AuditedGeneration] = []
  var scope: AuditScope

  /// An empty world that is audited an hour after its beginning, with everything consumed.
  init(hasLedger: Bool = true) {
    scope = AuditScope(
      startedAt: Self.origin + .seconds(3600), committed: [0: 1000, 1: 1000], requests: [0: 0..<1000, 1: 0..<1000],
      requestsTopic: Self.requestsTopic, hasLedger: hasLedger, times: AuditTimes())
  }

  // MARK: What happens

  static func identity(_ id: String) -> RequestIdentity { RequestIdentity(merchantID: merchantID, requestID: id) }

  static func sessionID(_ number: Int) -> SessionID {
    let digits = String(number)
    let text = "11111111-2222-4333-8444-" + String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = SessionID(text) else { preconditionFailure("the text is a UUID") }
    return id
  }

  /// A request record in partition 0; gives its index.
  @discardableResult mutating func request(
    _ id: String, at seconds: Int = 0, body: UInt8 = 1, correlation: String? = nil, partition: Int32 = 0, replayCount: Int = 0
  ) -> Int {
    let offset = Int64(requests.count { $0.place.coordinate.partition == partition })
    requests.append(
      AuditedRequest(
        place: Self.place(Self.requestsTopic, partition, offset, seconds), identity: Self.identity(id), body: AuditFingerprint(of: [body]),
        correlation: correlation.map { AuditFingerprint(of: $0.utf8) } ?? .none, replayCount: replayCount))
    return requests.count - 1
  }

  /// A reply; with a session if it is created.
  @discardableResult mutating func reply(
    _ id: String, at seconds: Int, outcome: ReplyOutcome = .created, generation: Int = 1, session: Int? = nil, createdAt: Int? = nil,
    content: String? = nil, correlation: String? = nil
  ) -> Int {
    var told: AuditedReply.Session?
    if let session {
      told = AuditedReply.Session(
        id: Self.sessionID(session), expiresAt: Self.time(createdAt ?? seconds) + .seconds(900),
        url: AuditFingerprint(of: "url-\(session)".utf8))
    }
    replies.append(
      AuditedReply(
        place: Self.place("replies", 0, Int64(replies.count), seconds), identity: Self.identity(id), outcome: outcome,
        generation: generation,
        session: told, content: AuditFingerprint(of: (content ?? "\(outcome)\(generation)").utf8),
        correlation: correlation.map { AuditFingerprint(of: $0.utf8) } ?? .none))
    return replies.count - 1
  }

  /// A status event.
  mutating func event(_ id: String, _ status: SessionStatus, session: Int, at seconds: Int, createdAt: Int = 1) {
    events.append(
      AuditedEvent(
        place: Self.place("status", 0, Int64(events.count), seconds), identity: Self.identity(id), sessionID: Self.sessionID(session),
        status: status, observedAt: Self.time(seconds), createdAt: Self.time(createdAt)))
  }

  /// A dead letter of a request record.
  mutating func deadLetter(of index: Int) { deadLetter(of: requests[index].place.coordinate) }

  mutating func deadLetter(of coordinate: RecordCoordinate) {
    deadLetters.append(AuditedDeadLetter(place: Self.place("dead", 0, Int64(deadLetters.count), 2), request: coordinate))
  }

  /// A generation in the ledger.
  mutating func generation(
    _ id: String, row: Int64, _ outcome: ReplyOutcome?, generation: Int = 1, session: Int? = nil, isPresent: Bool = true,
    isPublished: Bool = true, ended: SessionStatus? = nil, isOutstanding: Bool = false, decidedAt: Int = 1, sourceOffset: Int64 = 0
  ) {
    generations.append(
      AuditedGeneration(
        key: ClaimKey(row: row, generation: generation), identity: Self.identity(id), isPresent: isPresent,
        source: RecordCoordinate(topic: Self.requestsTopic, partition: 0, offset: sourceOffset), claimedAt: Self.time(0), outcome: outcome,
        sessionID: session.map(Self.sessionID), decidedAt: outcome == nil ? nil : Self.time(decidedAt), isPublished: isPublished,
        ended: ended,
        isOutstanding: isOutstanding))
  }

  static func time(_ seconds: Int) -> Timestamp { origin + .seconds(seconds) }

  private static func place(_ topic: String, _ partition: Int32, _ offset: Int64, _ seconds: Int) -> AuditPlace {
    AuditPlace(RecordCoordinate(topic: topic, partition: partition, offset: offset), at: time(seconds))
  }

  // MARK: The audit

  /// Everything that is to be added, in the order of the topics.
  var facts: [AuditFact] {
    requests.map(AuditFact.request) + replies.map(AuditFact.reply) + events.map(AuditFact.event) + deadLetters.map(AuditFact.deadLetter)
      + unreadable.map(AuditFact.unreadable)
  }

  /// Audits it, and gives what was found, in order.
  func audit(_ facts: [AuditFact]? = nil) async throws -> (totals: AuditTotals, findings: [AuditFinding]) {
    let audit = try await CompletenessAudit.make()
    try await audit.add(facts ?? self.facts)
    if scope.hasLedger { try await audit.add(generations) }
    let totals = try await audit.judge(scope)
    var findings: [AuditFinding] = []
    for code in AuditFinding.Code.allCases { findings += try await audit.findings(of: code, limit: 1000) }
    await audit.close()
    return (totals, findings)
  }
}
