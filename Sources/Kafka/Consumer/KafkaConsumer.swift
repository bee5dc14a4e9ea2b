import Logging
import Records

/// Reads records in batches, on demand, and commits the offsets of what is finished.
///
/// A thread of its own talks to librdkafka. Records leave librdkafka only when somebody waits in ``nextBatch(_:)``: without demand nothing is
/// polled, nothing is paused, and the group membership is kept all the same. One asynchronous hop per batch.
///
/// Offsets: a record is *in flight* from the batch it came in until ``finish(_:_:)``. The offset committed for a partition is the one
/// before which every record is finished (the watermark), whatever the order in which records finish.
public final class KafkaConsumer: Sendable {
  /// What ``KafkaConsumer`` asks the brokers through.
  let client: NativeClient
  private let shared = ConsumerShared()

  /// Makes a client and starts to join the group; records come once it has.
  /// - Throws: ``KafkaError`` for a property that librdkafka does not know or accept, or when the system gives no thread.
  public init(configuration: KafkaConsumerConfiguration, logger: Logger) throws(KafkaError) {
    let isDebugLogged = logger.logLevel <= .debug
    let properties = try configuration.librdkafkaProperties(isDebugLogged: isDebugLogged)
    let client = try NativeClient(.consumer, properties: properties, callbacks: ClientCallbacks(logger: logger))
    self.client = client
    let shared = shared
    do throws(KafkaError) {
      try NativeThread.start(name: "kafka-consumer") {
        Self.run(configuration, client: client, shared: shared, logger: logger)
      }
    } catch {
      client.destroy()
      throw error
    }
  }

  /// The thread's whole life.
  private static func run(_ configuration: KafkaConsumerConfiguration, client: NativeClient, shared: ConsumerShared, logger: Logger) {
    do throws(KafkaError) {
      let metrics = ConsumerMetrics(groupID: configuration.groupID)
      let loop = try ConsumerLoop(configuration: configuration, client: client, shared: shared, metrics: metrics, logger: logger)
      loop.run()
    } catch {
      shared.end(.failed(error))
    }
    client.destroy()
    shared.closing.finish()
  }

  deinit { shared.requestClose(timeout: .seconds(5)) }

  /// The next records, waiting for them as long as it takes; nil when the consumer was closed or has reached where it was to stop.
  ///
  /// Empty and oversized records and tombstones come like any other. Cancelling the task ends the wait; no record is lost by that.
  /// - Throws: ``KafkaError``: `CANCELLED`, or a fatal error after which the consumer gives no more records.
  public func nextBatch(_ limits: BatchLimits = BatchLimits()) async throws(KafkaError) -> RecordBatch? {
    try await shared.nextBatch(limits).get()
  }

  /// The outcomes of these records are durable: their offsets may be committed. Does not wait.
  ///
  /// Records whose assignment has ended meanwhile, and records finished before, change nothing; both are counted in ``health``.
  /// - Parameter indices: positions in `batch.records`; nil for all of them.
  public func finish(_ batch: RecordBatch, _ indices: [Int]? = nil) {
    shared.withState { state in
      if let indices {
        state.tracker.finish(batch, indices: indices)
      } else {
        state.tracker.finish(batch, indices: batch.records.indices)
      }
    }
    shared.waker.wake()
  }

  /// How the consumer is.
  public var health: ConsumerHealth {
    shared.withState { state in
      var health = state.health
      health.recordsInFlightCount = state.tracker.unfinishedCount
      health.ignoredFinishesCount = state.tracker.ignoredFinishesCount
      return health
    }
  }

  /// Where the next record to be handed out stands, for each assigned partition of which that is known.
  public var positions: [TopicPartition: Int64] {
    shared.withState { $0.tracker.partitions.compactMapValues(\.nextOffset) }
  }

  /// Hands out nothing more, waits for records in flight to be finished, commits, and leaves the group. Never takes longer than `timeout`:
  /// the report then names the step that did not finish, and the process may go on or end.
  /// - Parameter waitsForRecords: false if nobody will finish what is in flight, so that waiting for it is time lost.
  public func close(timeout: Duration = .seconds(10), waitsForRecords: Bool = true) async -> CloseReport {
    shared.requestClose(timeout: timeout, waitsForRecords: waitsForRecords)
    return await shared.closing.wait(timeout: timeout)
  }
}
