extension ConsumerLoop {
  /// Asks the brokers where the partitions end now, if that is where to stop. Tries again while brokers are away; false if the consumer
  /// was closed, or cannot work, meanwhile.
  func findEndOffsets() -> Bool {
    guard configuration.stop.atEndOffsets else { return true }
    while !isClosing {
      let client = client
      switch Self.endOffsets(of: configuration.subscription, client: client) {
      case .success(let ends):
        stop.endOffsets = ends
        return true
      case .failure(let error) where error.failureClass == .transient:
        note(error)
        if let event = bridge.pollEvent(timeout: .seconds(1)), case .error(let error) = event { note(error) }
      case .failure(var error):
        error.isFatal = true
        note(error)
        return false
      }
    }
    return false
  }

  private var isClosing: Bool { shared.closing.window != nil }

  private static func endOffsets(
    of subscription: KafkaConsumerConfiguration.Subscription, client: NativeClient
  ) -> Result<[TopicPartition: Int64], KafkaError> {
    Result { () throws(KafkaError) in
      var partitions: [TopicPartition] = []
      switch subscription {
      case .assignment(let places, _): partitions = places.map(\.partition)
      case .group(_, let topics):
        for topic in topics {
          let metadata = try client.metadata(topic: topic, timeout: .seconds(5)).get()
          partitions += try metadata.partitions(of: topic)
        }
      }
      var ends: [TopicPartition: Int64] = [:]
      for partition in partitions {
        let (low, high) = try client.watermarks(of: partition, timeout: .seconds(5)).get()
        ends[partition] = high > low ? high : 0
      }
      return ends
    }
  }
}
