import CheckoutSession
import GRDB

/// Appends facts to the scratch file, many in one access.
struct FactWriter {
  private let db: Database
  private var inserts: [ScratchStatement?]

  init(_ db: Database) {
    self.db = db
    inserts = Array(repeating: nil, count: ScratchSchema.bucketCount)
  }

  /// Appends facts and counts them. Throws `DatabaseError`.
  mutating func write(_ facts: [AuditFact], topics: inout TopicNumbers, totals: inout AuditTotals) throws {
    for fact in facts {
      switch fact {
      case .request(let request):
        totals.requests += 1
        var entry = Entry(kind: .request, at: request.place.at, place: place(request.place.coordinate, &topics))
        entry.correlation = request.correlation.bits
        entry.content = request.body.bits
        entry.code = Int64(request.replayCount)
        try insert(entry, request.identity)
      case .reply(let reply):
        totals.replies += 1
        try insert(Self.entry(reply, place(reply.place.coordinate, &topics)), reply.identity)
      case .event(let event):
        totals.events += 1
        var entry = Entry(kind: .event, at: event.place.at, place: place(event.place.coordinate, &topics))
        entry.code = EntryCodes.code(event.status)
        entry.session = SessionBits.session(event.sessionID)
        entry.moment = event.observedAt
        entry.createdAt = event.createdAt
        try insert(entry, event.identity)
      case .deadLetter(let letter):
        totals.deadLetters += 1
        try insert(letter, &topics)
      case .unreadable(let place):
        try FindingStore(db).insert(AuditFinding(code: .unreadableRecord, place: place.coordinate), &totals)
      }
    }
  }

  /// Appends what the ledger holds.
  mutating func write(_ generations: [AuditedGeneration], topics: inout TopicNumbers, totals: inout AuditTotals) throws {
    totals.generations += generations.count
    for generation in generations {
      var entry = Entry(kind: .generation, at: generation.claimedAt, place: place(generation.source, &topics))
      entry.code = GenerationFlags(generation).code
      entry.generation = Int64(generation.key.generation)
      entry.session = generation.sessionID.map(SessionBits.session)
      entry.moment = generation.decidedAt
      try insert(entry, generation.identity)
    }
  }

  private static func entry(_ reply: AuditedReply, _ place: Entry.Place) -> Entry {
    var entry = Entry(kind: .reply, at: reply.place.at, place: place)
    entry.code = EntryCodes.code(reply.outcome)
    entry.generation = Int64(reply.generation)
    entry.correlation = reply.correlation.bits
    entry.content = reply.content.bits
    entry.session = reply.session.map { SessionBits.session($0.id) }
    entry.url = reply.session?.url?.bits ?? 0
    entry.moment = reply.session?.expiresAt
    return entry
  }

  private func place(_ coordinate: RecordCoordinate, _ topics: inout TopicNumbers) -> Entry.Place {
    Entry.Place(topic: topics.number(coordinate.topic), partition: Int64(coordinate.partition), offset: coordinate.offset)
  }

  private mutating func insert(_ entry: Entry, _ identity: RequestIdentity) throws {
    let key = IdentityKey(identity)
    let insert = try statement(key.bucket)
    insert.bind(key.high, at: 1)
    insert.bind(key.low, at: 2)
    insert.bind(entry.kind.rawValue, at: 3)
    insert.bind(entry.at.millisecondsSinceEpoch, at: 4)
    insert.bind(entry.place.topic, at: 5)
    insert.bind(entry.place.partition, at: 6)
    insert.bind(entry.place.offset, at: 7)
    insert.bind(entry.code, at: 8)
    insert.bind(entry.generation, at: 9)
    insert.bind(entry.correlation, at: 10)
    insert.bind(entry.content, at: 11)
    insert.bind(entry.session?.high, at: 12)
    insert.bind(entry.session?.low, at: 13)
    insert.bind(entry.url, at: 14)
    insert.bind(entry.moment?.millisecondsSinceEpoch, at: 15)
    insert.bind(entry.createdAt?.millisecondsSinceEpoch, at: 16)
    insert.bind(identity.merchantID, at: 17)
    insert.bind(identity.requestID, at: 18)
    try insert.run()
  }

  private mutating func statement(_ bucket: Int) throws -> ScratchStatement {
    if let statement = inserts[bucket] { return statement }
    let statement = try ScratchStatement(db, ScratchSchema.insertSQL(bucket: bucket))
    inserts[bucket] = statement
    return statement
  }

  /// A dead letter that is there twice is there: a crash may publish it again.
  private func insert(_ letter: AuditedDeadLetter, _ topics: inout TopicNumbers) throws {
    let insert = try ScratchStatement(db, "INSERT OR IGNORE INTO dead_letter VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)")
    let (request, own) = (place(letter.request, &topics), place(letter.place.coordinate, &topics))
    for (index, value) in [request.topic, request.partition, request.offset, own.topic, own.partition, own.offset].enumerated() {
      insert.bind(value, at: CInt(index + 1))
    }
    try insert.run()
  }
}
