extension ConfigurationSchema {
  /// `kafka.*`; `kafka.properties.<name>` is read by ``KafkaProperty``.
  static let kafkaEntries: [ConfigurationEntry<ConfigurationDraft>] = {
    let draft = ConfigurationDraft()
    return [
      ConfigurationEntry(
        "kafka.bootstrapServers", \.kafka.bootstrapServers, .text("host:port pairs separated by commas"), of: draft,
        "Brokers to start from, `host:port`, separated by commas."),
      ConfigurationEntry(
        "kafka.groupId", \.kafka.groupId, .text("a group name"), of: draft,
        "Consumer group; all workers that share the requests have the same one."),
      ConfigurationEntry("kafka.topics.requests", \.kafka.topics.requests, .topic, of: draft, "Checkout requests come from this topic."),
      ConfigurationEntry(
        "kafka.topics.replies", \.kafka.topics.replies, .topic, of: draft,
        "Replies go here unless a request names an allowed topic of its own."),
      ConfigurationEntry("kafka.topics.status", \.kafka.topics.status, .topic, of: draft, "Status events go here."),
      ConfigurationEntry("kafka.topics.deadLetters", \.kafka.topics.deadLetters, .topic, of: draft, "Dead letters go here."),
    ]
  }()

  /// `creation.*`.
  static let creationEntries: [ConfigurationEntry<ConfigurationDraft>] = {
    let draft = ConfigurationDraft()
    return [
      ConfigurationEntry(
        "creation.batch.recordsMax", \.creation.batch.recordsMax, .integer(in: 1...10_000), of: draft,
        "A batch is closed at this many records."),
      ConfigurationEntry(
        "creation.batch.bytesMax", \.creation.batch.bytesMax, .bytes(in: recordBytesMax...256 << 20), of: draft,
        "A batch is closed at this size. Never less than the largest record (256KiB)."),
      ConfigurationEntry(
        "creation.batch.linger", \.creation.batch.linger, .duration(in: .zero ... .seconds(10)), of: draft,
        "How long a batch waits for more records after its first one. Adds to the latency at low rates."),
      ConfigurationEntry(
        "creation.batchesInFlight", \.creation.batchesInFlight, .integer(in: 1...64), of: draft, "Batches that are worked on at once."),
      ConfigurationEntry(
        "creation.batchDeadline", \.creation.batchDeadline, .duration(in: .milliseconds(100) ... .seconds(240)), of: draft,
        "From a request's first attempt: after this it is given up, with outcome `FAILED` and a dead letter. Outages, throttling and refused credentials do not count."
      ),
      ConfigurationEntry(
        "creation.maxAttempts", \.creation.maxAttempts, .integer(in: 1...100), of: draft, "Attempts for one request, the first one counted."
      ),
      ConfigurationEntry(
        "creation.minimumRemainingLifetime", \.creation.minimumRemainingLifetime, .duration(in: .zero ... .seconds(14 * 60)), of: draft,
        "A session with less than this left of its 15 minutes is not published (again); a new generation is made."),
      ConfigurationEntry(
        "creation.replyTopicsAllowed", \.creation.replyTopicsAllowed, .topics, of: draft, remark: "only `kafka.topics.replies`",
        "Topics that a request may name for its reply. `kafka.topics.replies` is always allowed."),
    ]
  }()

  /// Largest record of the request topic, in bytes (issue 2, Limits).
  static let recordBytesMax = 256 << 10
}
