import Records
import Stage

/// Where replies and dead letters go: a Kafka producer in production.
public protocol ReplySink: Sendable {
  /// Publishes the records and waits until the broker has acknowledged each or refused it.
  /// - Throws: when the sink cannot go on at all; the process then ends.
  func publish(_ records: OutgoingRecords) async throws -> PublishReport
}
