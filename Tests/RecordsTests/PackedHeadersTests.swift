import Records
import Testing

@Suite struct PackedHeadersTests {
  @Test func headersComeBackByteForByteInOrderWithDuplicatesAndNulls() {
    var buffer: [UInt8] = []
    PackedHeaders.append(name: "a".utf8, value: [1, 2, 0, 255], to: &buffer)
    PackedHeaders.append(name: "b".utf8, value: [UInt8]?.none, to: &buffer)
    PackedHeaders.append(name: "a".utf8, value: [UInt8](), to: &buffer)
    let headers = PackedHeaders(buffer[...])
    #expect(headers.map { Array($0.name) } == [[97], [98], [97]])
    #expect(headers.map { $0.value.map(Array.init) } == [[1, 2, 0, 255], nil, []])
    #expect(headers.lastValue(named: "a").map(Array.init) == [])
    #expect(headers.lastValue(named: "b") == nil)
    #expect(headers.lastValue(named: "c") == nil)
  }

  @Test func cutOffBytesEndTheWalkInsteadOfTrapping() {
    var buffer: [UInt8] = []
    PackedHeaders.append(name: "name".utf8, value: [1, 2, 3], to: &buffer)
    for length in 0..<buffer.count {
      #expect(Array(PackedHeaders(buffer[..<length])).isEmpty)
    }
  }

  @Test func aBatchGivesSlicesOfItsSlab() {
    let slab: [UInt8] = [1, 2, 3, 4]
    let record = Record(
      topicIndex: 0, partition: 3, offset: 7, timestampMilliseconds: -1, assignmentEpoch: 1,
      key: ByteSpan(offset: 0, count: 0), value: ByteSpan(offset: 1, count: 2), headers: ByteSpan(offset: 4, count: 0))
    let batch = RecordBatch(slab: slab, records: [record], topics: ["t"])
    #expect(batch.key(of: record).map(Array.init) == [])
    #expect(batch.value(of: record).map(Array.init) == [2, 3])
    #expect(batch.headers(of: record).isEmpty)
    #expect(batch.topic(of: record) == "t")
    var tombstone = record
    tombstone.value = .null
    #expect(batch.value(of: tombstone) == nil)
  }

  @Test func outgoingRecordsKeepKeyValueAndHeadersApart() {
    var outgoing = OutgoingRecords()
    outgoing.append(
      topic: "t", partition: 2, key: [9][...], value: { $0.append(contentsOf: [5, 6]) },
      headers: { PackedHeaders.append(name: "h".utf8, value: [7], to: &$0) })
    outgoing.append(topic: "u", key: nil, value: nil, headers: { _ in })
    #expect(outgoing.topics == ["t", "u"])
    #expect(outgoing.entries[0].partition == 2)
    #expect(Array(outgoing.slab[outgoing.entries[0].key.range]) == [9])
    #expect(Array(outgoing.slab[outgoing.entries[0].value.range]) == [5, 6])
    #expect(PackedHeaders(outgoing.slab[outgoing.entries[0].headers.range]).lastValue(named: "h").map(Array.init) == [7])
    #expect(outgoing.entries[1].key.isNull && outgoing.entries[1].value.isNull)
  }
}
