import Records

/// What stands at a place that was asked for.
public enum FetchedRecord: Sendable {
  /// This record.
  case found(StoredRecord)
  /// Nothing any more: retention, compaction or a deletion has removed it. Carries the partition's first offset.
  case gone(firstOffset: Int64)
  /// There is no such topic or partition, or the place lies behind its end: the topic was made anew, or this is
  /// another cluster.
  case unknown
}
