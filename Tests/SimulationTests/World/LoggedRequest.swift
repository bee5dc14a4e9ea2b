import CheckoutSession
import Records

/// One record of the request topic, with the bytes that a consumer reads.
struct LoggedRequest {
  /// What a request is like; decides its body and headers.
  enum Kind { case valid, unreadable, refusedByGateway, expiring }

  /// What a replay says of itself.
  struct Replay {
    /// How often ops replayed it.
    var count: Int
    /// The body that this one takes the place of.
    var replaced: [UInt8]?
    /// Whether a new session is wanted.
    var wantsNewSession = false
  }

  let kind: Kind
  /// Its request id, the same for repetitions.
  let id: String
  /// Which body under that id.
  let variant: Int
  /// What ops did to it; nil: nothing.
  let replay: Replay?
  let partition: Int
  let offset: Int
  let value: [UInt8]
  let headers: [UInt8]

  static let topic = "requests"
  static let merchantID = "b38f2b56-1d3a-4b6c-9a34-0d4a6a3c5a01"
  /// The gateway refuses a body that ends so; to everybody else it is white space.
  static let refusedMark = UInt8(ascii: " ")

  init(kind: Kind, id: String, variant: Int, replay: Replay?, partition: Int, offset: Int, expiresAt: Timestamp) {
    self.kind = kind
    self.id = id
    self.variant = variant
    self.replay = replay
    self.partition = partition
    self.offset = offset
    let end = kind == .unreadable ? "" : kind == .refusedByGateway ? "} " : "}"
    value = Array(
      "{\"payment\":{\"merchantTransactionId\":\"\(id)\",\"amount\":\(100 + variant)},\"config\":{\"modes\":[\"PAYMENT\"]}\(end)".utf8)
    var headers: [UInt8] = []
    PackedHeaders.append(name: "ce_id".utf8, value: id.utf8, to: &headers)
    if let replay {
      PackedHeaders.append(name: "checkout-replay-count".utf8, value: "\(replay.count)".utf8, to: &headers)
      if let body = replay.replaced {
        PackedHeaders.append(name: "checkout-replay-replaces".utf8, value: BodyHash(of: body[...]).hexadecimal.utf8, to: &headers)
      }
      if replay.wantsNewSession { PackedHeaders.append(name: "checkout-replay-new-session".utf8, value: "true".utf8, to: &headers) }
    }
    if kind == .expiring {
      var time: [UInt8] = []
      expiresAt.appendRFC3339(to: &time)
      PackedHeaders.append(name: "ce_expirytime".utf8, value: time, to: &headers)
    }
    self.headers = headers
  }

  /// A batch as the consumer hands it out.
  static func batch(_ requests: ArraySlice<LoggedRequest>, epoch: UInt64) -> RecordBatch {
    var slab: [UInt8] = []
    func put(_ bytes: [UInt8]) -> ByteSpan {
      slab += bytes
      return ByteSpan(offset: slab.count - bytes.count, count: bytes.count)
    }
    let records = requests.map { request in
      Record(
        topicIndex: 0, partition: Int32(request.partition), offset: Int64(request.offset), timestampMilliseconds: 0, assignmentEpoch: epoch,
        key: .null, value: put(request.value), headers: put(request.headers))
    }
    return RecordBatch(slab: slab, records: records, topics: [topic])
  }
}
