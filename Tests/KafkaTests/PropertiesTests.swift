import KafkaTestKit
import Logging
import Records
import Synchronization
import Testing

@testable import Kafka

@Suite(.timeLimit(.minutes(1))) struct PropertiesTests {
  private let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  private func refusal(_ properties: [String: String]) -> KafkaError? {
    let subscription = KafkaConsumerConfiguration.Subscription.group(id: "g", topics: ["t"])
    do throws(KafkaError) {
      _ = try KafkaConsumer(
        configuration: .init(bootstrapServers: "127.0.0.1:1", subscription: subscription, properties: properties), logger: logger)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("no.such.property", "1", "UNKNOWN_PROPERTY"), ("fetch.wait.max.ms", "soon", "INVALID_PROPERTY"),
    ("session.timeout.ms", "-5", "INVALID_PROPERTY"), ("enable.auto.commit", "true", "INVALID_PROPERTY"),
    ("log.queue", "true", "INVALID_PROPERTY"), ("security.protocol", "magic", "INVALID_PROPERTY"),
  ])
  func aBadPropertyIsNamed(name: String, value: String, code: String) throws {
    let error = try #require(refusal([name: value]))
    #expect(error.code.rawValue == code)
    #expect(error.message.contains(name))
    #expect(error.failureClass == .configuration)
  }

  @Test func contradictoryPropertiesAreAConfigurationFault() throws {
    let error = try #require(refusal(["session.timeout.ms": "6000", "heartbeat.interval.ms": "7000", "max.poll.interval.ms": "1000"]))
    #expect(error.failureClass == .configuration)
    let idempotence = #expect(throws: KafkaError.self) {
      _ = try KafkaProducer(configuration: .init(bootstrapServers: "127.0.0.1:1", properties: ["acks": "1"]), logger: logger)
    }
    #expect(idempotence?.message.contains("acks") == true)
  }

  @Test func secretsAreInNoErrorAndNoLog() throws {
    let secret = "hunter2-very-secret"
    let log = LogCapture()
    var loud = Logger(label: "test") { _ in log }
    loud.logLevel = .trace
    for name in ["sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.client.secret"] {
      let properties = [name: secret, "debug": "all", "security.protocol": "sasl_ssl", "sasl.mechanisms": "PLAIN", "sasl.username": "u"]
      do throws(KafkaError) {
        _ = try KafkaProducer(configuration: .init(bootstrapServers: "127.0.0.1:1", properties: properties), logger: loud)
      } catch {
        #expect(!"\(error)".contains(secret))
      }
      #expect(KafkaProperties.isSecret(name))
    }
    #expect(!log.text.contains(secret))
    #expect(!KafkaProperties.isSecret("sasl.username"))
  }

  @Test func ourDefaultsCanBeOverridden() throws {
    let configuration = KafkaConsumerConfiguration(
      bootstrapServers: "b", subscription: .group(id: "g", topics: ["t"]),
      properties: ["partition.assignment.strategy": "range", "group.instance.id": "one"])
    let properties = try configuration.librdkafkaProperties(isDebugLogged: false)
    #expect(properties["partition.assignment.strategy"] == "range")
    #expect(properties["group.instance.id"] == "one")
    #expect(properties["enable.auto.offset.store"] == "false")
    #expect(properties["bootstrap.servers"] == "b")
  }

  @Test func librdkafkasLevelsBecomeOurs() {
    #expect(
      [0, 3, 4, 5, 6, 7].map { ClientCallbacks.level(of: $0, message: "") } == [.critical, .error, .warning, .notice, .info, .debug])
    let remark = "Configuration property group.id is a consumer property and will be ignored by this producer instance"
    #expect(ClientCallbacks.level(of: 4, message: remark) == .trace)
  }

  @Test func statisticsAreReducedToWhatWeNeed() {
    let json = #"{"msg_cnt":12,"brokers":{"a":{"state":"UP","x":1},"b":{"state":"DOWN"},"c":{"state":"UP"}},"cgrp":{"state":"up"}}"#
    #expect(StatisticsSummary(json: json).brokersUpCount == 2)
    #expect(StatisticsSummary(json: json).queueDepth == 12)
    #expect(StatisticsSummary(json: "").brokersUpCount == 0)
  }

  @Test func errorsTellWhatToDo() throws {
    let scram = try #require(KafkaError(number: -169, message: "SASL SCRAM-SHA-512 mechanism handshake failed"))
    #expect(scram.code == .authentication)
    #expect(scram.failureClass == .configuration)
    #expect(scram.message.contains("Kafka 4"))
    #expect(KafkaError(number: 0) == nil)
    let transient = try #require(KafkaError(number: 15, topic: "t", partition: 3))
    #expect(transient.isRetriable && transient.failureClass == .transient)
    #expect("\(transient)".hasPrefix("t[3]: "))
  }
}

/// Keeps every line it is given.
private final class LogCapture: LogHandler, Sendable {
  private let lines = Mutex("")
  var text: String { lines.withLock { $0 } }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  subscript(metadataKey _: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }
  func log(event: LogEvent) {
    lines.withLock { $0 += "\(event.message) \(event.metadata ?? [:])\n" }
  }
}
