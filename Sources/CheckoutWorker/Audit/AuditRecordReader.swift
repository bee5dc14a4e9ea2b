import Audit
import CheckoutSession
import Creation
import Records

/// Turns records into facts. Nothing of a request's body and no URL leaves it but as a fingerprint.
struct AuditRecordReader {
  private let topics: AuditTopicNames
  private let range: AuditRange
  private var naming: RequestNaming
  private var reader = JSONReader()

  init(topics: AuditTopicNames, merchants: MerchantDirectory, range: AuditRange) {
    self.topics = topics
    self.range = range
    naming = RequestNaming(merchants: merchants)
  }

  /// The record's fact; nil if it is outside the range, or a foreign record in a topic that is shared with others.
  mutating func fact(_ record: Record, in batch: RecordBatch) -> AuditFact? {
    let topic = batch.topic(of: record)
    let at = Timestamp(millisecondsSinceEpoch: record.timestampMilliseconds)
    let place = AuditPlace(RecordCoordinate(topic: topic, partition: record.partition, offset: record.offset), at: at)
    if topic == topics.requests { return request(record, batch, place) }
    // Without a timestamp nothing can be said of when it was written, so it is taken in.
    if let from = range.answersFrom, at < from, record.timestampMilliseconds >= 0 { return nil }
    if topic == topics.deadLetters { return deadLetter(record, batch, place) ?? .unreadable(place) }
    if topic == topics.status { return event(record, batch, place) ?? .unreadable(place) }
    // A reply topic that requests name may be used by others too.
    return reply(record, batch, place) ?? (topic == topics.replies ? .unreadable(place) : nil)
  }

  private mutating func request(_ record: Record, _ batch: RecordBatch, _ place: AuditPlace) -> AuditFact? {
    guard range.contains(partition: record.partition, offset: record.offset, at: place.at) else { return nil }
    let name = naming.name(of: record, in: batch)
    return .request(
      AuditedRequest(
        place: place, identity: name.identity, body: batch.value(of: record).map { AuditFingerprint(of: $0) } ?? .none,
        correlation: name.correlation.map { AuditFingerprint(of: $0) } ?? .none, replayCount: name.replayCount))
  }

  /// A reply: `contract/messages.md`, "Reply value".
  private mutating func reply(_ record: Record, _ batch: RecordBatch, _ place: AuditPlace) -> AuditFact? {
    guard let value = batch.value(of: record), let document = try? reader.parse(value, limits: .answer) else { return nil }
    defer { reader.recycle(consume document) }
    let root = document.root
    guard let requestID = root["requestId"]?.string, let merchantID = root["merchantId"]?.string,
      let outcome = root["outcome"]?.string.flatMap(ReplyOutcome.init(rawValue:)), let generation = root["generation"]?.int
    else { return nil }
    var session: AuditedReply.Session?
    if outcome == .created {
      guard let id = root["sessionId"]?.string.flatMap(SessionID.init),
        let expiresAt = root["expiresAt"].flatMap({ Timestamp(rfc3339: $0.utf8) })
      else { return nil }
      session = AuditedReply.Session(id: id, expiresAt: expiresAt, url: root["hostedUrl"].map { AuditFingerprint(of: $0.utf8) })
    }
    let headers = batch.headers(of: record)
    return .reply(
      AuditedReply(
        place: place, identity: RequestIdentity(merchantID: merchantID, requestID: requestID), outcome: outcome,
        generation: Int(generation),
        session: session, content: Self.content(root, headers, isRejected: outcome == .rejected),
        correlation: RequestNaming.correlation(of: headers).map { AuditFingerprint(of: $0) } ?? .none))
  }

  /// What must be the same in a repeated reply: every member but the URL, and the headers that say which reply it is. The time of a rejection is that of
  /// the look at the record, and a crash brings another look.
  private static func content(_ root: JSONValue, _ headers: PackedHeaders, isRejected: Bool) -> AuditFingerprint {
    var hasher = Hasher()
    for (name, value) in root.members where !name.stringEquals("hostedUrl") {
      AuditFingerprint.combine(name.source, into: &hasher)
      AuditFingerprint.combine(value.source, into: &hasher)
    }
    for header in headers where Self.isOutcome(header.name, isRejected: isRejected) {
      AuditFingerprint.combine(header.name, into: &hasher)
      AuditFingerprint.combine(header.value ?? [], into: &hasher)
    }
    return AuditFingerprint(hasher)
  }

  private static func isOutcome(_ name: ArraySlice<UInt8>, isRejected: Bool) -> Bool {
    switch name.count {
    case 5: name.elementsEqual("ce_id".utf8)
    case 7: name.elementsEqual("ce_type".utf8) || (!isRejected && name.elementsEqual("ce_time".utf8))
    default: false
    }
  }

  /// A status event: `contract/messages.md`, "Status event value".
  private mutating func event(_ record: Record, _ batch: RecordBatch, _ place: AuditPlace) -> AuditFact? {
    guard let value = batch.value(of: record), let document = try? reader.parse(value, limits: .answer) else { return nil }
    defer { reader.recycle(consume document) }
    let root = document.root
    guard let requestID = root["requestId"]?.string, let merchantID = root["merchantId"]?.string,
      let session = root["sessionId"]?.string.flatMap(SessionID.init),
      let status = root["status"]?.string.flatMap(SessionStatus.init(rawValue:)),
      let observedAt = root["observedAt"].flatMap({ Timestamp(rfc3339: $0.utf8) }),
      let createdAt = root["createdAt"].flatMap({ Timestamp(rfc3339: $0.utf8) })
    else { return nil }
    return .event(
      AuditedEvent(
        place: place, identity: RequestIdentity(merchantID: merchantID, requestID: requestID), sessionID: session, status: status,
        observedAt: observedAt, createdAt: createdAt))
  }

  /// A dead letter: `contract/messages.md`, "Dead-letter headers". Of a replayed request's headers the last ones count, as everywhere in Kafka.
  private func deadLetter(_ record: Record, _ batch: RecordBatch, _ place: AuditPlace) -> AuditFact? {
    let headers = batch.headers(of: record)
    guard let topic = headers.lastValue(named: "kafka_dlt-original-topic"),
      let partition = headers.lastValue(named: "kafka_dlt-original-partition").flatMap(HeaderNumber.read).flatMap(Int32.init(exactly:)),
      let offset = headers.lastValue(named: "kafka_dlt-original-offset").flatMap(HeaderNumber.read)
    else { return nil }
    let coordinate = RecordCoordinate(topic: String(decoding: topic, as: UTF8.self), partition: partition, offset: offset)
    return .deadLetter(AuditedDeadLetter(place: place, request: coordinate))
  }
}
