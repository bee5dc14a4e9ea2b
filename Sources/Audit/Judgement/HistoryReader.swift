import CheckoutSession
import GRDB

/// Reads the scratch file identity by identity, has each judged, and keeps what is found.
struct HistoryReader {
  let db: Database
  let topics: TopicNumbers
  /// Called after each part with the parts done so far, of ``ScratchSchema/bucketCount``.
  let onProgress: @Sendable (Int) -> Void

  /// Judges everything. Throws `DatabaseError`.
  func judge(_ scope: AuditScope, _ totals: inout AuditTotals) throws {
    var judge = HistoryJudge(scope: scope, totals: totals)
    let letters = try DeadLetterMatch(db, isEmpty: totals.deadLetters == 0)
    var history = IdentityHistory()
    for bucket in 0..<ScratchSchema.bucketCount {
      var identity: IdentityKey?
      let select = try ScratchStatement(db, ScratchSchema.selectSQL(bucket: bucket))
      try select.each { row in
        let next = IdentityKey(high: row.integer(1), low: row.integer(2))
        if next != identity {
          try finish(&history, letters, &judge, bucket)
          identity = next
        }
        if let entry = Self.entry(row) { history.add(entry) }
      }
      try finish(&history, letters, &judge, bucket)
      onProgress(bucket + 1)
    }
    totals = judge.totals
    try letters.judgeUnmatched(scope, topics, &totals)
  }

  private func finish(_ history: inout IdentityHistory, _ letters: DeadLetterMatch, _ judge: inout HistoryJudge, _ bucket: Int) throws {
    guard !history.isEmpty else { return }
    history.sort()
    history.isDeadLettered = try history.requests.map { try letters.take($0.place) }
    judge.judge(history)
    if !judge.findings.isEmpty { try keep(judge.findings, of: history, bucket, &judge.totals) }
    history.removeAll()
  }

  private func keep(_ findings: [HistoryJudge.Finding], of history: IdentityHistory, _ bucket: Int, _ totals: inout AuditTotals) throws {
    let store = FindingStore(db)
    let row = (history.requests.first ?? history.replies.first ?? history.events.first ?? history.generations.first)?.row ?? 0
    let names = try ScratchStatement(db, ScratchSchema.nameSQL(bucket: bucket))
    names.bind(row, at: 1)
    var identity: RequestIdentity?
    try names.each { identity = RequestIdentity(merchantID: $0.text(0) ?? "", requestID: $0.text(1) ?? "") }
    for finding in findings {
      let named = AuditFinding(
        code: finding.code, place: topics.coordinate(finding.place), other: finding.other.map(topics.coordinate), identity: identity,
        sessionID: finding.session.map(SessionBits.text))
      try store.insert(named, &totals)
    }
  }

  private static func entry(_ row: ScratchStatement.Row) -> Entry? {
    guard let kind = Entry.Kind(rawValue: row.integer(3)) else { return nil }
    var entry = Entry(
      row: row.integer(0), kind: kind, at: Timestamp(millisecondsSinceEpoch: row.integer(4)),
      place: Entry.Place(topic: row.integer(5), partition: row.integer(6), offset: row.integer(7)))
    entry.code = row.integer(8)
    entry.generation = row.integer(9)
    entry.correlation = row.integer(10)
    entry.content = row.integer(11)
    entry.session = row.optionalInteger(12).map { Entry.Session(high: $0, low: row.integer(13)) }
    entry.url = row.integer(14)
    entry.moment = row.optionalInteger(15).map(Timestamp.init(millisecondsSinceEpoch:))
    entry.createdAt = row.optionalInteger(16).map(Timestamp.init(millisecondsSinceEpoch:))
    return entry
  }
}

extension TopicNumbers {
  /// The place with its topic's name.
  func coordinate(_ place: Entry.Place) -> RecordCoordinate {
    RecordCoordinate(topic: name(place.topic), partition: Int32(truncatingIfNeeded: place.partition), offset: place.offset)
  }
}
