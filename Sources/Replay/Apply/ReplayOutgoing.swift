import CheckoutSession
import Records

/// A claimed request that is about to be published.
struct ReplayOutgoing: Sendable {
  var line: PreparedReplay
  var record: StoredRecord
  /// The `checkout-replay-count` that the ledger has given it.
  var count: Int

  var mark: ReplayMark { ReplayMark(deadLetter: line.entry.place, count: count) }

  /// Appends the record as it is published: by its key to a partition, as the order pipeline's own producer does, with the count that it was claimed with.
  func append(to records: inout OutgoingRecords, topic: String) {
    records.append(topic: topic, key: record.key?[...], value: record.value.map { value in { $0.append(contentsOf: value) } }) { bytes in
      for header in record.headers {
        let isCount = header.name.elementsEqual(ReplayHeader.count.utf8)
        PackedHeaders.append(name: header.name, value: isCount ? Array(String(count).utf8)[...] : header.value, to: &bytes)
      }
    }
  }
}

/// A drop that is to be told of.
struct ReplayDrop: Sendable {
  var entry: PlanEntry
  /// The run that dropped it.
  var run: Int64
  /// When that run claimed it, so that whoever tells of it tells the same.
  var at: Timestamp
}

/// A record that another run has, or had when it died.
struct ReplayPostponed: Sendable {
  var line: PreparedReplay
  /// As the ledger has it.
  var record: ReplayRecord
  /// Whether the other run is over without having said whether it was sent; it is this run's then.
  var isDoubt: Bool
}
