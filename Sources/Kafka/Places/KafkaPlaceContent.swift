import Records

/// What stands at a place that was asked for.
public enum KafkaPlaceContent: Sendable {
  /// This record.
  case found(StoredRecord)
  /// Nothing any more: retention, compaction, a deletion or an aborted transaction. Carries the partition's first offset.
  case gone(firstOffset: Int64)
  /// There is no such topic or partition, or the place lies behind its end.
  case unknown
}
