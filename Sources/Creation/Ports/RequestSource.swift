import Records

/// Where the create stage takes request records from: a Kafka consumer in production.
public protocol RequestSource: Sendable {
  /// The next records, as many as are there within `limits`; waits for the first one.
  ///
  /// Nil once there will be no more: after ``stop()``, or at the end of what was to be drained.
  /// - Throws: when the source cannot go on at all; the process then ends.
  func nextBatch(_ limits: BatchLimits) async throws -> RecordBatch?

  /// Says that the outcome of these records is published and acknowledged, so that their offsets may be committed.
  /// - Parameter indices: positions in `batch.records`. Every record is named once.
  func finish(_ batch: RecordBatch, _ indices: [Int])

  /// No more batches: ``nextBatch(_:)`` returns nil from now on, to who waits in it as well. Never blocks.
  func stop()
}
