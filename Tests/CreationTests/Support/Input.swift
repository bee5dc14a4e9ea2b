import Records

/// One request record to be.
struct Input: Sendable {
  var key: String?
  var value: [UInt8]?
  var headers: [(String, [UInt8]?)] = []
  var timestampMilliseconds: Int64 = 1_735_689_600_000

  /// A request with an id.
  init(id: String?, key: String? = "order", body: String?, headers: [(String, String)] = []) {
    self.key = key
    value = body.map { Array($0.utf8) }
    self.headers = (id.map { [("ce_id", $0)] } ?? []).map { ($0.0, Array($0.1.utf8)) } + headers.map { ($0.0, Array($0.1.utf8)) }
  }

  /// A valid request of that id.
  static func valid(_ id: String, headers: [(String, String)] = []) -> Input {
    Input(id: id, key: "order-\(id)", body: body(id), headers: headers)
  }

  /// A valid body; `amount` makes it another one.
  static func body(_ transaction: String, amount: Int = 1200) -> String {
    """
    {"payment":{"merchantTransactionId":"\(transaction)","amount":\(amount)},"config":{"modes":["PAYMENT"]}}
    """
  }

  static func batch(_ inputs: [(offset: Int64, input: Input)]) -> RecordBatch {
    var slab: [UInt8] = []
    func put(_ bytes: [UInt8]?) -> ByteSpan {
      guard let bytes else { return .null }
      slab += bytes
      return ByteSpan(offset: slab.count - bytes.count, count: bytes.count)
    }
    var records: [Record] = []
    for (offset, input) in inputs {
      var headers: [UInt8] = []
      for (name, value) in input.headers { PackedHeaders.append(name: name.utf8, value: value, to: &headers) }
      records.append(
        Record(
          topicIndex: 0, partition: 3, offset: offset, timestampMilliseconds: input.timestampMilliseconds, assignmentEpoch: 1,
          key: put(input.key.map { Array($0.utf8) }), value: put(input.value), headers: put(headers)))
    }
    return RecordBatch(slab: slab, records: records, topics: [FakeRequestSource.topic])
  }
}
