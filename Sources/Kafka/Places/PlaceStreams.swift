import Records

/// The streams of a ``KafkaPlaceReader``, and where each has come to. Confined to whoever holds the reader's lock.
final class PlaceStreams {
  /// How long one wait for records may take before the caller's wishes are looked at again.
  private static let waitMax: Duration = .milliseconds(500)
  /// How long one question to the brokers may take.
  private static let questionMax: Duration = .seconds(10)
  private static let limits = BatchLimits(recordsMax: 1000, bytesMax: 4 * 1024 * 1024, linger: .zero)

  private let client: NativeClient
  private let bridge: ConsumerBridge
  private var positions: [TopicPartition: Int64] = [:]
  private var assigned: Set<TopicPartition> = []
  /// What came and was not looked at when the search before had all its answers: the next one goes on with it.
  private var arrived = ArrivedRecords()
  private var lastError: KafkaError?

  init(client: NativeClient, waker: QueueWaker) throws(KafkaError) {
    self.client = client
    let made = client.call { pointer in
      Result { () throws(KafkaError) in try ConsumerBridge(client: pointer, waker: waker) }
    }
    bridge = try made.get()
  }

  /// The contents of these places. Blocks until all are known.
  /// - Parameters:
  ///   - silenceMax: how long the brokers may give nothing at all.
  ///   - objection: why to go on no longer; asked all the time.
  func read(
    _ places: [PartitionOffset], silenceMax: Duration, objection: () -> KafkaError?
  ) throws(KafkaError) -> [KafkaPlaceContent] {
    do throws(KafkaError) {
      return try search(places, silenceMax: silenceMax, objection: objection)
    } catch {
      // The next search begins anew rather than rely on streams that have just failed.
      positions = [:]
      arrived = ArrivedRecords()
      throw error
    }
  }

  private func search(
    _ places: [PartitionOffset], silenceMax: Duration, objection: () -> KafkaError?
  ) throws(KafkaError) -> [KafkaPlaceContent] {
    let bounds = try bounds(of: Set(places.map(\.partition)), timeout: min(Self.questionMax, silenceMax))
    var search = PlaceSearch(places: places, bounds: bounds, positions: positions)
    var answers = PlaceAnswers(places: places, bounds: bounds)
    answers.note(search.known)
    var deadline = ContinuousClock.now + silenceMax
    while search.missingCount > 0 {
      if let error = objection() { throw error }
      try pollEvents()
      if let places = search.move() { try move(to: places) }
      if arrived.isEmpty {
        try poll(wait: min(Self.waitMax, deadline - .now))
        if !arrived.isEmpty { deadline = .now + silenceMax }
      }
      while search.missingCount > 0, let next = arrived.next() {
        switch next {
        case .record(let record, let partition):
          positions[partition] = record.offset + 1
          answers.note(search.take(partition, offset: record.offset), StoredRecord(record, of: arrived.batch))
        case .end(let place):
          positions[place.partition] = max(positions[place.partition] ?? 0, place.offset)
          answers.note(search.reachEnd(place.partition, offset: place.offset))
        }
      }
      if ContinuousClock.now >= deadline { throw silence(silenceMax) }
    }
    return answers.contents
  }

  private func poll(wait: Duration) throws(KafkaError) {
    let outcome = bridge.pollRecords(Self.limits, wait: wait)
    let (slab, records, topics) = bridge.take(Self.limits)
    arrived = ArrivedRecords(RecordBatch(slab: slab, records: records, topics: topics))
    guard case .mark(let place, let error) = outcome else { return }
    if let error { try note(error) } else { arrived.end = place }
  }

  /// Assigns what was never read, and moves what is. A partition once assigned stays so: assigning anew would have librdkafka stop it, and drop its
  /// forwarding to our queue at a moment that nobody can wait for.
  private func move(to places: [PartitionOffset]) throws(KafkaError) {
    // What was collected and not looked at belongs to streams that end here.
    bridge.discard(places.map(\.partition))
    arrived.discard(Set(places.map(\.partition)))
    let new = places.filter { !assigned.contains($0.partition) }
    if !new.isEmpty {
      if let error = bridge.assign(new, incrementally: true) { throw error }
      assigned.formUnion(new.map(\.partition))
    }
    for place in places where positions[place.partition] != place.offset && !new.contains(place) {
      if let error = bridge.seek(to: place, timeout: Self.questionMax) { throw error }
    }
    for place in places { positions[place.partition] = place.offset }
  }

  /// What each partition holds; partitions and topics that do not exist are left out.
  private func bounds(of partitions: Set<TopicPartition>, timeout: Duration) throws(KafkaError) -> [TopicPartition: Range<Int64>] {
    var existing: Set<TopicPartition> = []
    for topic in Set(partitions.map(\.topic)).sorted() {
      do throws(KafkaError) {
        existing.formUnion(try client.metadata(topic: topic, timeout: timeout).get().partitions(of: topic))
      } catch {
        // librdkafka says the second when it knows from the brokers that the topic is not there.
        guard error.code == .unknownTopicOrPartition || error.code.rawValue == "_UNKNOWN_TOPIC" else { throw telling(error) }
      }
    }
    do throws(KafkaError) {
      return try client.bounds(of: partitions.intersection(existing).sorted(), timeout: timeout).get()
    } catch {
      throw telling(error)
    }
  }

  private func pollEvents() throws(KafkaError) {
    while let event = bridge.pollEvent(timeout: .zero) {
      if case .error(let error) = event { try note(error) }
    }
  }

  /// Errors that go away by themselves are waited out, up to the silence that is allowed.
  private func note(_ error: KafkaError) throws(KafkaError) {
    guard !error.isFatal, error.failureClass != .configuration else { throw error }
    lastError = error
  }

  /// Of a question that was not answered in time, the reason if an event gave one.
  private func telling(_ error: KafkaError) -> KafkaError {
    guard error.code == .timedOut else { return error }
    while let event = bridge.pollEvent(timeout: .zero) {
      if case .error(let found) = event, found.code != .allBrokersDown { lastError = found }
    }
    return lastError ?? error
  }

  private func silence(_ silenceMax: Duration) -> KafkaError {
    lastError ?? KafkaError(code: .timedOut, message: "no broker gave a record for \(silenceMax)")
  }

  /// Ends the streams, within `timeout`. The client is destroyed after this.
  func close(until deadline: ContinuousClock.Instant) {
    _ = bridge.startLeaving()
    while !bridge.hasLeft, ContinuousClock.now < deadline { _ = bridge.pollEvent(timeout: .milliseconds(50)) }
    bridge.destroy()
  }
}
