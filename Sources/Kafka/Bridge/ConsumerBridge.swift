import CKafka
import Records

/// The consumer's side of the shim. Confined to the consumer's thread, but for the waker.
///
/// Two queues: `events` serves rebalances, commit results and errors at all times; `records` gets what assigned partitions fetch and is
/// polled only on demand. So a consumer without demand keeps its membership, and back-pressure needs no pause (fact 1).
/// A record that librdkafka fetched waits in `records`, bounded by `queued.max.messages.kbytes` over all partitions.
final class ConsumerBridge {
  /// What a poll for records came to.
  enum PollOutcome {
    case empty
    case ready
    case interrupted
    /// A partition's end (nil error) or a partition's error.
    case mark(PartitionOffset, error: KafkaError?)
  }

  /// However large the limits, no batch has more records than this.
  static let recordsMax = 100_000

  private let client: OpaquePointer
  private let batch: OpaquePointer
  private let records: OpaquePointer
  private var events: OpaquePointer
  private let waker: QueueWaker
  private var topics: [String] = []

  init(client: OpaquePointer, waker: QueueWaker) throws(KafkaError) {
    guard let events = ck_events_queue(client), let records = ck_queue_new(client), let batch = ck_batch_new(Self.recordsMax)
    else {
      throw KafkaError(code: .noThread, message: "librdkafka gave no queue for the consumer", failureClass: .transient)
    }
    self.client = client
    self.events = events
    self.records = records
    self.batch = batch
    self.waker = waker
    ck_queue_interrupts(events, records)
    waker.set([events, records])
  }

  /// Gives the queues back. The client must be destroyed after this, not before.
  func destroy() {
    waker.set([])
    ck_queue_interrupts(events, nil)
    ck_batch_destroy(batch)
    ck_queue_destroy(records)
    ck_queue_destroy(events)
  }

  // MARK: Events

  /// The next event, waiting for it up to `timeout`; nil when there is none or the waker came first.
  func pollEvent(timeout: Duration) -> ConsumerEvent? {
    var event = ck_event_poll(events, timeout.milliseconds)
    defer { ck_event_destroy(&event) }
    let text = event.text.map { String(cString: $0) }
    switch Int(event.kind) {
    case CK_EVENT_NONE: return nil
    case CK_EVENT_ASSIGN: return .assign(PartitionList.read(event.partitions).map(\.place))
    case CK_EVENT_REVOKE: return .revoke(PartitionList.read(event.partitions).map(\.place))
    case CK_EVENT_COMMITTED:
      return .committed(error: KafkaError(number: event.code, message: text), places: PartitionList.read(event.partitions))
    case CK_EVENT_ERROR:
      return .error(fatalError ?? KafkaError(number: event.code, message: text) ?? KafkaError(code: .closed, message: "unknown event"))
    case CK_EVENT_STATISTICS:
      return .statistics(StatisticsSummary(json: UnsafeRawBufferPointer(start: event.text, count: event.text_length)))
    default: return .other
    }
  }

  /// The error after which this client can do nothing more.
  var fatalError: KafkaError? { KafkaError(ck_fatal_error(client)) }

  // MARK: Records

  /// Waits up to `wait` for a first record and collects until a limit is met. What was collected stays until ``take(_:)``.
  func pollRecords(_ limits: BatchLimits, wait: Duration) -> PollOutcome {
    switch Int(ck_batch_poll(batch, records, Self.limits(limits, wait: wait))) {
    case CK_POLL_READY: return .ready
    case CK_POLL_INTERRUPTED: return .interrupted
    case CK_POLL_MARK:
      let mark = ck_batch_mark(batch)
      defer { ck_batch_mark_clear(batch) }
      let topic = mark.topic.map { String(cString: $0) } ?? ""
      let place = PartitionOffset(TopicPartition(topic: topic, partition: mark.partition), offset: mark.offset)
      if mark.code == ck_code_partition_eof() { return .mark(place, error: nil) }
      let text = mark.message.map { String(cString: $0) }
      return .mark(place, error: KafkaError(number: mark.code, message: text, topic: topic, partition: mark.partition))
    default: return .empty
    }
  }

  /// Takes what was collected, as far as the limits allow. Every record's epoch is still 0.
  func take(_ limits: BatchLimits) -> (slab: [UInt8], records: [Record], topics: [String]) {
    let extent = ck_batch_fit(batch, Self.limits(limits, wait: .zero))
    guard extent.count > 0 else { return ([], [], topics) }
    var taken: [Record] = []
    let slab = [UInt8](unsafeUninitializedCapacity: max(1, extent.bytes)) { slab, slabCount in
      taken = withUnsafeTemporaryAllocation(of: ck_record.self, capacity: extent.count) { raw in
        ck_batch_take(batch, extent, slab.baseAddress, raw.baseAddress)
        return raw.map(Self.record)
      }
      slabCount = extent.bytes
    }
    for index in topics.count..<ck_batch_topics_count(batch) { topics.append(String(cString: ck_batch_topic(batch, index))) }
    return (slab, taken, topics)
  }

  private static func record(_ raw: ck_record) -> Record {
    Record(
      topicIndex: Int(raw.topic_index), partition: raw.partition, offset: raw.offset, timestampMilliseconds: raw.timestamp_ms,
      assignmentEpoch: 0, key: ByteSpan(offset: Int(raw.key_offset), count: Int(raw.key_count)),
      value: ByteSpan(offset: Int(raw.value_offset), count: Int(raw.value_count)),
      headers: ByteSpan(offset: Int(raw.headers_offset), count: Int(raw.headers_count)))
  }

  private static func limits(_ limits: BatchLimits, wait: Duration) -> ck_limits {
    ck_limits(
      records_max: limits.recordsMax, bytes_max: limits.bytesMax, wait_ms: wait.milliseconds, linger_us: limits.linger.microseconds)
  }

  /// Whether nothing is collected and not taken.
  var isEmpty: Bool { ck_batch_is_empty(batch) }

  /// Forgets collected records of these partitions.
  func discard(_ partitions: [TopicPartition]) {
    for partition in partitions { ck_batch_remove(batch, partition.topic, partition.partition) }
  }

  // MARK: Group and assignment

  func subscribe(_ topics: [String]) -> KafkaError? {
    let places = topics.map { PartitionOffset(TopicPartition(topic: $0, partition: -1), offset: 0) }
    return KafkaError(number: PartitionList.with(places) { ck_subscribe(client, $0) })
  }

  /// Takes an assignment over. Forwarding comes first: a partition that starts to fetch without it would fill `events`.
  /// (librdkafka keeps an application's forwarding when it starts to fetch, and drops it when it stops: so it is set every time.)
  func assign(_ places: [PartitionOffset], incrementally: Bool) -> KafkaError? {
    for place in places {
      let number = ck_partition_forward(client, place.partition.topic, place.partition.partition, records)
      if let error = KafkaError(number: number, topic: place.partition.topic, partition: place.partition.partition) { return error }
    }
    return PartitionList.with(places) { list in
      incrementally ? KafkaError(ck_incremental_assign(client, list)) : KafkaError(number: ck_assign(client, list))
    }
  }

  /// Goes on reading an assigned partition from another place. Blocks until librdkafka has taken note, some microseconds as a rule.
  func seek(to place: PartitionOffset, timeout: Duration) -> KafkaError? {
    let (topic, partition) = (place.partition.topic, place.partition.partition)
    return KafkaError(
      number: ck_seek(client, topic, partition, place.offset, timeout.milliseconds), topic: topic, partition: partition)
  }

  /// Gives partitions back.
  func unassign(_ places: [PartitionOffset], incrementally: Bool) -> KafkaError? {
    guard incrementally else { return KafkaError(number: ck_assign(client, nil)) }
    return PartitionList.with(places) { KafkaError(ck_incremental_unassign(client, $0)) }
  }

  /// Whether the group's protocol gives and takes single partitions rather than all at once.
  var isCooperative: Bool { ck_rebalance_is_cooperative(client) }

  /// Whether the group has given our partitions to others already.
  var isAssignmentLost: Bool { ck_assignment_is_lost(client) }

  /// Starts a commit; the result comes as an event.
  func commit(_ places: [PartitionOffset]) -> KafkaError? {
    PartitionList.with(places) { KafkaError(number: ck_commit_async(client, $0, events)) }
  }

  /// The newest end of a partition that librdkafka knows of without asking; nil if it has not fetched yet.
  func cachedEnd(of partition: TopicPartition) -> Int64? {
    var (low, high) = (Int64(-1), Int64(-1))
    let number = ck_watermarks_cached(client, partition.topic, partition.partition, &low, &high)
    return number == 0 && high >= 0 ? high : nil
  }

  // MARK: Leaving

  /// Starts to leave the group. Events come through a queue of their own from here on: librdkafka forwards the group's queue to the one
  /// it is given, and forwarding that queue to itself would never end.
  func startLeaving() -> KafkaError? {
    guard let closing = ck_queue_new(client) else { return KafkaError(code: .noThread, message: "librdkafka gave no queue") }
    let error = KafkaError(ck_consumer_close_start(client, closing))
    ck_queue_interrupts(events, nil)
    waker.set([closing, records])
    ck_queue_destroy(events)
    events = closing
    return error
  }

  var hasLeft: Bool { ck_consumer_is_closed(client) }
}
