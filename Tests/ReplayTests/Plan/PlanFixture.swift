import CheckoutSession
import Records
import Replay

/// Dead letters, and the three ports of a planner, for its tests.
enum PlanFixture {
  static let body = #"{"config":{"modes":["PAYMENT"]},"payment":{"amount":100}}"#
  static let requests = "checkout.session-requests"
  static let deadLetters = "checkout.session-requests.dlq"

  static func origin(_ offset: Int64) -> RecordCoordinate { RecordCoordinate(topic: requests, partition: 0, offset: offset) }

  static func packed(_ headers: [(String, String?)]) -> PackedHeaders {
    var bytes: [UInt8] = []
    for (name, value) in headers { PackedHeaders.append(name: name.utf8, value: value?.utf8, to: &bytes) }
    return PackedHeaders(bytes[...])
  }

  static func headers(_ packed: PackedHeaders) -> [String] {
    packed.map { "\(String(decoding: $0.name, as: UTF8.self))=\($0.value.map { String(decoding: $0, as: UTF8.self) } ?? "null")" }
  }

  /// A request record as it failed.
  static func request(_ offset: Int64, body: String? = body, headers: [(String, String?)] = [("ce_id", "r1")]) -> StoredRecord {
    StoredRecord(
      topic: requests, partition: 0, offset: offset, timestampMilliseconds: 1000, key: Array("order-1".utf8),
      value: body.map { Array($0.utf8) }, headers: packed(headers))
  }

  /// What a dead letter says beside its request.
  struct Facts {
    var code = "GATEWAY_UNAVAILABLE"
    var errorClass = DeadLetterClass.transient
    var httpStatus: Int?
    var attempts: Int?
    var replayCount = 0
    var payload = DeadLetter.Payload.reference
    var saysIdentity = true
  }

  /// The dead letter at `offset` of a request.
  static func letter(_ offset: Int64, of request: StoredRecord, _ facts: Facts = Facts()) -> DeadLetter {
    var parser = DeadLetterParser()
    return parser.parse(letterRecord(offset, of: request, facts))
  }

  static func letterRecord(_ offset: Int64, of request: StoredRecord, _ facts: Facts = Facts()) -> StoredRecord {
    var added: [(String, String?)] = [
      ("kafka_dlt-original-topic", request.topic), ("kafka_dlt-original-partition", "\(request.partition)"),
      ("kafka_dlt-original-offset", "\(request.offset)"), ("kafka_dlt-exception-message", "it failed"),
      ("checkout-error-code", facts.code), ("checkout-error-class", facts.errorClass.rawValue),
      ("checkout-replay-count", "\(facts.replayCount)"), ("checkout-payload", facts.payload.rawValue),
    ]
    if let status = facts.httpStatus { added.append(("checkout-http-status", "\(status)")) }
    if let attempts = facts.attempts { added.append(("checkout-attempts", "\(attempts)")) }
    if facts.saysIdentity { added += [("checkout-request-id", "r1"), ("checkout-merchant-id", "m1"), ("checkout-mode", "PAYMENT")] }
    var bytes = Array(request.headers.bytes)
    bytes += packed(added).bytes
    let hash = request.value.map { #","bytes":\#($0.count),"sha256":"\#(BodyHash(of: $0[...]).hexadecimal)""# } ?? ""
    let reference = #"{"reference":{"topic":"\#(request.topic)","partition":\#(request.partition),"offset":\#(request.offset)\#(hash)}}"#
    let value: [UInt8]? =
      switch facts.payload {
      case .reference: Array(reference.utf8)
      case .full: request.value
      case .redacted: Array("{}".utf8)
      }
    return StoredRecord(
      topic: deadLetters, partition: 0, offset: offset, timestampMilliseconds: 2000, key: request.key, value: value,
      headers: PackedHeaders(bytes[...]))
  }

  static func summary(_ entries: [PlanEntry]) -> [String] { entries.map { "\($0.prediction.kind.rawValue) \($0.action.rawValue)" } }
}

/// A topic that holds what it was given.
struct FakeFetcher: RecordFetcher {
  var records: [RecordCoordinate: FetchedRecord] = [:]

  init(_ records: [StoredRecord]) {
    for record in records {
      self.records[RecordCoordinate(topic: record.topic, partition: record.partition, offset: record.offset)] = .found(record)
    }
  }

  func fetch(_ places: [RecordCoordinate]) async throws -> [FetchedRecord] { places.map { records[$0] ?? .unknown } }
}

/// A worker whose answers a test says.
struct FakeRehearsal: RequestRehearsal {
  var ending: @Sendable (StoredRecord) -> RehearsedRequest.Ending = { _ in .sent(generation: 1) }

  func rehearse(_ records: [StoredRecord]) async throws(LedgerFailure) -> [RehearsedRequest] {
    records.map { record in
      let name = ["ce_id", "request-id"].compactMap { record.headers.lastValue(named: $0) }.first
      let id = name.map { String(decoding: $0, as: UTF8.self) } ?? "\(record.topic)/\(record.partition)/\(record.offset)"
      return RehearsedRequest(identity: RequestIdentity(merchantID: "m1", requestID: id), mode: .payment, ending: ending(record))
    }
  }
}

/// A ledger that knows what a test says.
struct FakeLookup: ReplayLookup {
  var records: [RecordCoordinate: ReplayRecord] = [:]

  func replayRecords(_ origins: [RecordCoordinate]) async throws(LedgerFailure) -> [ReplayRecord?] { origins.map { records[$0] } }
}
