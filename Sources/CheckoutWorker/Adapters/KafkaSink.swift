import Creation
import Kafka
import Reconciliation
import Records
import Stage

/// Where both stages publish: their sinks over a Kafka producer.
struct KafkaSink: ReplySink, StatusSink {
  let producer: KafkaProducer

  func publish(_ records: OutgoingRecords) async throws -> PublishReport {
    let report: DeliveryReport
    do {
      report = try await producer.send(records)
    } catch {
      // The process is ending and has closed the producer under us: what was not published comes again.
      guard error.code != .closed else { throw CancellationError() }
      throw error
    }
    guard !report.isComplete else { return PublishReport() }
    // The producer has met what it cannot go on from, and has thrown away all that it held: one error for that, not one for each record.
    if let error = producer.health.fatalError { throw error }
    return PublishReport(
      failures: Dictionary(uniqueKeysWithValues: report.failures.map { ($0.index, Self.failure($0.error)) }))
  }

  private static func failure(_ error: KafkaError) -> PublishReport.Failure {
    PublishReport.Failure(kind: kind(error), code: error.code.rawValue, message: error.description)
  }

  /// Only what never left the client counts as not published: a refusal by the broker may be the answer to a retry whose first attempt was written, and a
  /// wrong guess here could give a request two live URLs.
  private static func kind(_ error: KafkaError) -> PublishReport.Failure.Kind {
    switch error.code.rawValue {
    case "MSG_SIZE_TOO_LARGE", "RECORD_LIST_TOO_LARGE": .tooLarge
    case "_QUEUE_FULL", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION": .notPublished
    default: .inDoubt
    }
  }
}
