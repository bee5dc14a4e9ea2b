import Synchronization

/// What the callers of a ``KafkaPlaceReader`` and the threads that work for them share.
final class PlaceShared: Sendable {
  let waker = QueueWaker()
  let closing = ClosingGate()
  private let client: NativeClient
  /// Nil before the first question and after the end. Whoever holds the lock may use the streams, and blocks.
  private let streams = Mutex<PlaceStreams?>(nil)

  init(client: NativeClient) { self.client = client }

  /// Answers a question, on a thread of its own.
  func startSearch(_ places: [PartitionOffset], silenceMax: Duration, for question: PlaceQuestion) {
    do throws(KafkaError) {
      try NativeThread.start(name: "kafka-places") { [self] in
        question.answer(search(places, silenceMax: silenceMax, for: question))
      }
    } catch {
      question.answer(.failure(error))
    }
  }

  private func search(
    _ places: [PartitionOffset], silenceMax: Duration, for question: PlaceQuestion
  ) -> Result<[KafkaPlaceContent], KafkaError> {
    streams.withLock { streams in
      Result { () throws(KafkaError) in
        if let error = objection(to: question) { throw error }
        let open: PlaceStreams
        if let streams { open = streams } else { open = try PlaceStreams(client: client, waker: waker) }
        streams = open
        return try open.read(places, silenceMax: silenceMax) { self.objection(to: question) }
      }
    }
  }

  /// Why to go on with it no longer.
  private func objection(to question: PlaceQuestion) -> KafkaError? {
    if closing.window != nil { return KafkaError(code: .closed, message: "the Kafka client has been closed") }
    if question.isOver { return KafkaError(code: .cancelled, message: "nobody waits for the records any more") }
    return nil
  }

  /// Ends the client on a thread of its own. A question under way sees that it is over, and gives the lock back.
  func startClosing(timeout: Duration) {
    guard closing.begin(timeout: timeout) else { return }
    waker.wake()
    let deadline = ContinuousClock.now + timeout * 0.9
    // Without a thread to end it on, the client lives until the process ends, and `close` says so.
    try? NativeThread.start(name: "kafka-close") { [self] in
      closing.enter(.leave)
      streams.withLock { streams in
        streams?.close(until: deadline)
        streams = nil
      }
      closing.enter(.destroy)
      client.destroy()
      closing.finish()
    }
  }
}
