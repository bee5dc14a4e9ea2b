import Records

extension RecordBatch {
  /// Single records as a batch, in their order: the form in which a stage takes them.
  init(_ stored: [StoredRecord]) {
    var slab: [UInt8] = []
    slab.reserveCapacity(stored.reduce(0) { $0 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) + $1.headers.bytes.count })
    func put(_ bytes: some Collection<UInt8>) -> ByteSpan {
      slab.append(contentsOf: bytes)
      return ByteSpan(offset: slab.count - bytes.count, count: bytes.count)
    }
    var topics: [String] = []
    let records = stored.map { record in
      let topicIndex = topics.firstIndex(of: record.topic) ?? topics.count
      if topicIndex == topics.count { topics.append(record.topic) }
      return Record(
        topicIndex: topicIndex, partition: record.partition, offset: record.offset, timestampMilliseconds: record.timestampMilliseconds,
        assignmentEpoch: 0, key: record.key.map(put) ?? .null, value: record.value.map(put) ?? .null, headers: put(record.headers.bytes))
    }
    self.init(slab: slab, records: records, topics: topics)
  }
}
