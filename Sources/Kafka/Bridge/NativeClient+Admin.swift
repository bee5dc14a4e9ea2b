import CKafka

/// Administration. The calls block for up to their time-out, so only on a thread of our own.
extension NativeClient {
  /// Creates topics; returns each one's error, nil where it was created.
  func createTopics(_ topics: [NewTopic], timeout: Duration) -> Result<[KafkaError?], KafkaError> {
    call { client in
      var errors = [ck_error](repeating: ck_error(), count: topics.count)
      let error = Self.withShimTopics(topics) { shimTopics in
        errors.withUnsafeMutableBufferPointer { errors in
          ck_create_topics(client, shimTopics, topics.count, timeout.milliseconds, errors.baseAddress)
        }
      }
      if let error = KafkaError(error) { return .failure(error) }
      return .success(zip(errors, topics).map { KafkaError($0, topic: $1.name) })
    }
  }

  /// The next error on the queue of a client without a group, waiting for it up to `timeout`; nil when there is none.
  func pollError(timeout: Duration) -> KafkaError? {
    use { client in
      guard let queue = ck_main_queue(client) else { return nil }
      defer { ck_queue_destroy(queue) }
      var event = ck_event_poll(queue, timeout.milliseconds)
      defer { ck_event_destroy(&event) }
      guard Int(event.kind) == CK_EVENT_ERROR else { return nil }
      return KafkaError(number: event.code, message: event.text.map { String(cString: $0) }, isFatal: event.fatal)
    } ?? nil
  }

  /// Copies the topics' names and properties into C strings for the length of a call.
  private static func withShimTopics<Value>(_ topics: [NewTopic], _ body: ([ck_new_topic]) -> Value) -> Value {
    var strings: [UnsafeMutablePointer<CChar>] = []
    var lists: [UnsafeMutablePointer<UnsafePointer<CChar>?>] = []
    defer {
      for string in strings { string.deallocate() }
      for list in lists { list.deallocate() }
    }
    func copy(_ text: String) -> UnsafePointer<CChar> {
      let bytes = text.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (index, byte) in bytes.enumerated() { copy[index] = byte }
      strings.append(copy)
      return UnsafePointer(copy)
    }
    func list(_ texts: [String]) -> UnsafePointer<UnsafePointer<CChar>?> {
      let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: max(1, texts.count))
      for (index, text) in texts.enumerated() { list[index] = copy(text) }
      lists.append(list)
      return UnsafePointer(list)
    }
    return body(
      topics.map { topic in
        let properties = topic.properties.sorted { $0.key < $1.key }
        return ck_new_topic(
          name: copy(topic.name), partitions_count: Int32(topic.partitionsCount ?? -1), replication: Int32(topic.replication ?? -1),
          config_names: list(properties.map(\.key)), config_values: list(properties.map(\.value)), config_count: properties.count)
      })
  }
}
