import Logging

/// Looks at a cluster and creates topics: for `check`, `demo`, start-up and tests. Not for hot paths: each call takes a thread for its time.
public final class KafkaAdmin: Sendable {
  private let client: NativeClient
  private let closing = ClosingGate()
  private let bootstrapServers: String

  /// Makes a client that asks, but neither reads nor writes records, and never makes a broker create a topic by asking for it.
  /// - Throws: ``KafkaError`` for a property that librdkafka does not know or accept.
  public init(
    bootstrapServers: String, clientID: String = "checkout-worker-admin", properties: [String: String] = [:], logger: Logger
  ) throws(KafkaError) {
    self.bootstrapServers = bootstrapServers
    var all = KafkaProperties([
      "bootstrap.servers": bootstrapServers, "client.id": clientID, "allow.auto.create.topics": "false", "log.connection.close": "false",
      "log_level": logger.logLevel <= .debug ? "7" : "6", "reconnect.backoff.max.ms": "1000",
    ]).overridden(by: properties)
    all["group.id"] = nil  // a client in no group looks up no coordinator
    all["group.instance.id"] = nil
    all["enable.auto.commit"] = nil
    all["statistics.interval.ms"] = "0"  // nobody would consume them, and they would pile up (fact 6)
    client = try NativeClient(.consumer, properties: all, callbacks: ClientCallbacks(logger: logger))
  }

  deinit { startClosing(timeout: .seconds(5)) }

  /// Creates topics. One that exists already is left as it is, and counts as a success.
  /// - Throws: the first topic's ``KafkaError``, naming the topic, or the request's.
  public func createTopics(_ topics: [NewTopic], timeout: Duration = .seconds(10)) async throws(KafkaError) {
    guard !topics.isEmpty else { return }
    let errors = try await NativeThread.call(name: "kafka-admin") { [client] in client.createTopics(topics, timeout: timeout) }
    for case let error? in errors where error.code != .topicAlreadyExists { throw error }
  }

  /// What the brokers say of these topics, or of all of them.
  public func metadata(_ topics: [String]? = nil, timeout: Duration = .seconds(10)) async throws(KafkaError) -> ClusterMetadata {
    try await NativeThread.call(name: "kafka-admin") { [client] in
      guard let topics else { return client.metadata(topic: nil, timeout: timeout) }
      return client.metadata(topics: topics, timeout: timeout)
    }
  }

  /// Waits until every partition of these topics has a leader: a topic that was just created takes a moment.
  /// - Throws: ``KafkaError`` `_TIMED_OUT`, naming the first topic that is not ready and why.
  public func waitUntilReady(_ topics: [String], timeout: Duration = .seconds(10)) async throws(KafkaError) {
    let deadline = ContinuousClock.now + timeout
    while true {
      let metadata = try await metadata(topics, timeout: max(.milliseconds(1), deadline - .now))
      guard let missing = topics.first(where: { name in metadata.topics.first { $0.name == name }?.isReady != true }) else { return }
      guard ContinuousClock.now < deadline, !Task.isCancelled else {
        let reason = metadata.topics.first { $0.name == missing }?.error?.message ?? "a partition has no leader"
        throw KafkaError(code: .timedOut, message: "the topic is not ready: \(reason)", topic: missing)
      }
      try? await ContinuousClock().sleep(for: .milliseconds(50))
    }
  }

  /// Whether any bootstrap broker answers; returns the brokers it names.
  /// - Throws: ``KafkaError`` with the most telling of the errors met meanwhile: which broker, and whether its name, its port, TLS or SASL failed.
  public func probe(timeout: Duration = .seconds(5)) async throws(KafkaError) -> [ClusterMetadata.Broker] {
    let servers = bootstrapServers
    return try await NativeThread.call(name: "kafka-probe") { [client] in
      let deadline = ContinuousClock.now + timeout
      var met: [KafkaError] = []
      repeat {
        let left = max(.milliseconds(1), min(.milliseconds(500), deadline - .now))
        if case .success(let metadata) = client.metadata(topic: Self.topicNobodyHas, timeout: left) { return .success(metadata.brokers) }
        while let error = client.pollError(timeout: .zero) { met.append(error) }
        // Wrong credentials or certificates do not get better by waiting.
        if let error = met.last(where: { $0.failureClass == .configuration }) { return .failure(Self.unreachable(error, servers)) }
      } while ContinuousClock.now < deadline
      let telling = met.last { $0.code != .allBrokersDown } ?? met.last
      return .failure(Self.unreachable(telling ?? KafkaError(code: .timedOut, message: "no answer within \(timeout)"), servers))
    }
  }

  /// Asking for one topic that does not exist costs a broker nothing; asking for all may bring thousands.
  private static let topicNobodyHas = "checkout-worker.probe"

  private static func unreachable(_ error: KafkaError, _ servers: String) -> KafkaError {
    let isConfiguration = error.failureClass == .configuration
    return KafkaError(
      code: isConfiguration ? error.code : .unreachable, message: "no broker of kafka.bootstrapServers (\(servers)) can be used: \(error)",
      failureClass: isConfiguration ? .configuration : .transient)
  }

  /// Ends the client. Never takes longer than `timeout`.
  public func close(timeout: Duration = .seconds(5)) async -> CloseReport {
    startClosing(timeout: timeout)
    return await closing.wait(timeout: timeout)
  }

  private func startClosing(timeout: Duration) {
    guard closing.begin(timeout: timeout) else { return }
    closing.enter(.destroy)
    // Without a thread to end it on, the client lives until the process ends, and `close` says so.
    try? NativeThread.start(name: "kafka-close") { [client, closing] in
      client.destroy()
      closing.finish()
    }
  }
}
