import Logging

/// Reads single records by their places, many at a time, without a group: what dead letters and plans refer to.
///
/// Streams stay open between calls, so that places which follow those of the call before are read on from there. One question after the other is
/// answered: a second one waits, on a thread of its own.
public final class KafkaPlaceReader: Sendable {
  /// Places of one call, at most: all of their records are in memory at once.
  public static let placesMax = 10_000

  private let shared: PlaceShared

  /// Makes a client; it connects with the first question.
  /// - Throws: ``KafkaError`` for a property that librdkafka does not know or accept.
  public init(bootstrapServers: String, clientID: String, properties: [String: String] = [:], logger: Logger) throws(KafkaError) {
    let tuning = [
      // Small fetches: behind a place that was moved to, most of a large one would be thrown away.
      "fetch.message.max.bytes": "131072",
      // But as many of them as there is room for: a partition with enough waiting is looked at again only a second later, moved or not.
      "queued.min.messages": "1000000",
      // A fetch that waits at a partition's end stands in the way of those for others.
      "fetch.wait.max.ms": "50",
      "statistics.interval.ms": "0",
    ]
    let configuration = KafkaConsumerConfiguration(
      bootstrapServers: bootstrapServers, subscription: .assignment([]), clientID: clientID, properties: tuning.merging(properties) { $1 })
    let client = try NativeClient(
      .consumer, properties: configuration.librdkafkaProperties(isDebugLogged: logger.logLevel <= .debug),
      callbacks: ClientCallbacks(logger: logger))
    shared = PlaceShared(client: client)
  }

  deinit { shared.startClosing(timeout: .seconds(5)) }

  /// What stands at these places, in their order. Cancelling the task ends the wait at once.
  /// - Parameters:
  ///   - places: at most ``placesMax``, with real offsets; the same place may be asked for twice.
  ///   - silenceMax: how long the brokers may give nothing at all.
  /// - Throws: ``KafkaError``: `CANCELLED`; `CLOSED`; `_TIMED_OUT` or what the brokers said last when they gave nothing for so long.
  public func read(_ places: [PartitionOffset], silenceMax: Duration = .seconds(30)) async throws(KafkaError) -> [KafkaPlaceContent] {
    guard !places.isEmpty else { return [] }
    guard places.count <= Self.placesMax, places.allSatisfy({ $0.offset >= 0 }) else {
      throw KafkaError(
        code: .invalidProperty, message: "at most \(Self.placesMax) places from offset 0 on, got \(places.count)", failureClass: .permanent)
    }
    let question = PlaceQuestion()
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        question.wait(continuation)
        shared.startSearch(places, silenceMax: silenceMax, for: question)
      }
    } onCancel: {
      question.answer(.failure(KafkaError(code: .cancelled, message: "the task that waited for records was cancelled")))
      shared.waker.wake()
    }
    return try answer.get()
  }

  /// Ends the client; a question that waits fails with `CLOSED`. Never takes longer than `timeout`.
  public func close(timeout: Duration = .seconds(5)) async -> CloseReport {
    shared.startClosing(timeout: timeout)
    return await shared.closing.wait(timeout: timeout)
  }
}
