extension ConfigurationResolver {
  /// `kafka.*`: topics must not form a loop, credentials must be there.
  mutating func resolveKafka() -> WorkerConfiguration.Kafka {
    let named = namedTopics
    for (index, (key, topic)) in named.enumerated() {
      guard let (other, _) = named[..<index].first(where: { $0.1 == topic }) else { continue }
      reportContradiction(key, with: other, "both are \(topic); each needs a topic of its own")
    }
    for (name, source) in draft.kafka.secretProperties.sorted(by: { $0.key < $1.key }) {
      if case .file(let path) = source { check(secretFile: path, key: "\(ConfigurationSchema.propertyPrefix)\(name)File") }
    }
    return draft.kafka
  }

  /// `replay.*`: what was applied is told in a topic of its own.
  mutating func resolveReplay() -> WorkerConfiguration.Replay {
    if let (other, topic) = namedTopics.first(where: { $0.1 == draft.replay.auditTopic }) {
      reportContradiction("replay.auditTopic", with: other, "both are \(topic); it needs a topic of its own")
    }
    return draft.replay
  }

  private var namedTopics: [(key: String, topic: String)] {
    let topics = draft.kafka.topics
    return [
      ("kafka.topics.requests", topics.requests), ("kafka.topics.replies", topics.replies), ("kafka.topics.status", topics.status),
      ("kafka.topics.deadLetters", topics.deadLetters),
    ]
  }

  /// `creation.*`: the default reply topic is always allowed, the worker's own inputs never.
  mutating func resolveCreation() -> WorkerConfiguration.Creation {
    var creation = draft.creation
    let topics = draft.kafka.topics
    for topic in creation.replyTopicsAllowed where topic == topics.requests || topic == topics.deadLetters {
      report("creation.replyTopicsAllowed", "must not have \(topic): the worker would read its own replies")
    }
    if !creation.replyTopicsAllowed.contains(topics.replies) { creation.replyTopicsAllowed.append(topics.replies) }
    if draft.gateway.requestTimeout > creation.batchDeadline {
      let timeout = DurationText.text(of: draft.gateway.requestTimeout)
      reportContradiction(
        "creation.batchDeadline", with: "gateway.requestTimeout", "a batch must last at least as long as one request (\(timeout))")
    }
    return creation
  }
}
