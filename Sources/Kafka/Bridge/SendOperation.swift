import CKafka
import Records

/// One call of ``KafkaProducer/send(_:)`` on its way through librdkafka: counted down in C, resumed once.
///
/// Records are handed over first (in several goes if the queue is full), then the operation is sealed with its continuation. C calls
/// back exactly once, when the last record is settled and the operation is sealed.
final class SendOperation: Sendable {
  /// `@unchecked`: `ck_send` counts down atomically and is written by one thread per record; this class destroys it last.
  private struct Raw: @unchecked Sendable { let send: OpaquePointer }

  private final class Completion: Sendable {
    let continuation: CheckedContinuation<Void, Never>
    init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = continuation }

    /// The one release of what ``SendOperation/settled()`` retained.
    static func take(_ raw: UnsafeMutableRawPointer) -> Completion { Unmanaged<Completion>.fromOpaque(raw).takeRetainedValue() }
  }

  private let raw: Raw
  private let records: OutgoingRecords
  private let entries: [ck_outgoing]

  init(_ records: OutgoingRecords) throws(KafkaError) {
    guard let send = ck_send_new(records.count) else { throw KafkaError(code: .queueFull, message: "no memory for the batch") }
    self.raw = Raw(send: send)
    self.records = records
    self.entries = records.entries.map { entry in
      ck_outgoing(
        key_offset: Int64(entry.key.offset), key_count: Int64(entry.key.count), value_offset: Int64(entry.value.offset),
        value_count: Int64(entry.value.count), headers_offset: Int64(entry.headers.offset), headers_count: Int64(entry.headers.count),
        topic_index: Int32(entry.topicIndex), partition: entry.partition ?? -1)
    }
  }

  deinit { ck_send_destroy(raw.send) }

  /// Hands over records from `start` on; returns the index of the first one that did not fit, or the count. Nil: the client is closed.
  func enqueue(from start: Int, client: NativeClient, topics: TopicHandles) -> Int? {
    client.use { client in
      topics.with(records.topics) { handles in
        records.slab.withUnsafeBufferPointer { slab in
          // An empty slab has no address, but an empty key must have one: null means "no key".
          withUnsafePointer(to: UInt8(0)) { somewhere in
            ck_send_enqueue(raw.send, client, handles, slab.baseAddress ?? somewhere, entries, start)
          }
        }
      }
    }
  }

  /// Settles everything from `start` on as not sent.
  func abandon(from start: Int) { ck_send_abandon(raw.send, start, ck_code_queue_full()) }

  /// Waits until every record is settled. Call once, after the last ``enqueue(from:client:topics:)``.
  func settled() async {
    await withCheckedContinuation { continuation in
      let completion = Unmanaged.passRetained(Completion(continuation))
      ck_send_seal(
        raw.send, { context in if let context { Completion.take(context).continuation.resume() } }, completion.toOpaque())
    }
  }

  /// The records that failed. Those from `abandoned.from` on were never sent, for the reason given there.
  func failures(abandoned: (from: Int, error: KafkaError)?) -> [DeliveryReport.Failure] {
    guard ck_send_failures(raw.send) > 0 else { return [] }
    return entries.indices.compactMap { index in
      let delivery = ck_send_delivery(raw.send, index)
      let topic = records.topics[records.entries[index].topicIndex]
      guard var error = KafkaError(number: delivery.code, topic: topic, partition: records.entries[index].partition) else { return nil }
      if let abandoned, index >= abandoned.from {
        error = abandoned.error
        error.topic = topic
      }
      return DeliveryReport.Failure(index: index, error: error)
    }
  }
}
