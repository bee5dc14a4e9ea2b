import Logging
import Testing

@testable import CheckoutWorker
@testable import Kafka

@Suite("Parts of check that need nobody")
struct CheckPartsTests {
  @Test("the worst exit code: what a person must mend goes before what time may mend")
  func worst() {
    let order: [CommandStatus] = [.done, .tryAgainLater, .deadLettered, .failed, .refused, .wrongUsage]
    for (index, status) in order.enumerated() {
      for other in order[...index] {
        #expect(status.worse(other) == status)
        #expect(other.worse(status) == status)
      }
    }
  }

  @Test("a result's lines")
  func lines() {
    #expect(CheckResult.ok("a", "b").text == "ok    a: b")
    #expect(CheckResult.fail("a", "b", .failed, advice: "c", "d").text == "FAIL  a: b\n        c\n        d")
  }

  @Test("a deadline gives the result, or nil without waiting for what hangs")
  func deadline() async {
    #expect(await Deadline.wait(.seconds(30)) { 7 } == 7)
    let (never, end) = AsyncStream.makeStream(of: Void.self)
    let value: Int? = await Deadline.wait(.milliseconds(5)) {
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        Task {
          for await _ in never {}
          continuation.resume()
        }
      }
      return 7
    }
    #expect(value == nil)
    end.finish()
  }

  // MARK: Topics

  private func topicChecks(brokers: Int) throws -> TopicChecks {
    let assembly = WorkerAssembly(configuration: try ConfigurationSources().load(environment: [:], needsGateway: false).configuration)
    let brokers = (0..<brokers).map { ClusterMetadata.Broker(id: Int32($0), host: "b\($0)", port: 9092) }
    return TopicChecks(assembly: assembly, properties: [:], brokers: brokers, logger: Logger(label: "test"))
  }

  private func topic(_ partitions: [(leader: Int32?, replicas: Int, inSync: Int)]) -> ClusterMetadata.Topic {
    ClusterMetadata.Topic(
      name: "t",
      partitions: partitions.enumerated().map {
        ClusterMetadata.Partition(
          id: Int32($0.offset), leader: $0.element.leader, replicasCount: $0.element.replicas, inSyncCount: $0.element.inSync, error: nil)
      }, error: nil)
  }

  @Test("the states of a topic")
  func topicStates() throws {
    let rows: [([(leader: Int32?, replicas: Int, inSync: Int)], brokers: Int, CheckResult.Mark, String)] = [
      ([(1, 3, 3), (2, 3, 3)], 3, .ok, "2 partitions, 3 replicas, all with a leader"), ([(1, 1, 1)], 1, .ok, "1 partition, 1 replica"),
      ([(1, 3, 3), (nil, 3, 0), (nil, 3, 0)], 3, .fail, "3 partitions, but no leader for 1, 2"), ([], 3, .fail, "0 partitions"),
      ([(1, 3, 2)], 3, .warn, "not all replicas in sync in 0"), ([(1, 1, 1)], 3, .warn, "1 replica"),
    ]
    for (partitions, brokers, mark, detail) in rows {
      let result = try topicChecks(brokers: brokers).result("t", .success(topic(partitions)), requestPartitions: nil)
      #expect(result.mark == mark, "\(result.text)")
      #expect(result.detail.contains(detail), "\(result.text)")
      #expect(result.status == (mark == .fail ? .tryAgainLater : .done))
    }
  }

  @Test("commands name a server, as many replicas as there are brokers for, and a file of credentials where they are needed")
  func commands() throws {
    var kafka = WorkerConfiguration.Kafka()
    kafka.bootstrapServers = "a:1,b:2"
    #expect(
      TopicCommand(kafka, brokersCount: 5).create("t", partitions: nil)
        == "kafka-topics.sh --bootstrap-server a:1 --create --topic t --partitions 6 --replication-factor 3")
    #expect(TopicCommand(kafka, brokersCount: 1).create("t", partitions: 0).contains("--partitions 1 "))
    kafka.properties = ["security.protocol": "SASL_SSL", "sasl.username": "worker"]
    #expect(
      TopicCommand(kafka, brokersCount: 1).allow(["Write"], onTopic: "t")
        == "kafka-acls.sh --bootstrap-server a:1 --command-config client.properties --add --allow-principal User:worker --operation Write --topic t"
    )
  }

  // MARK: Configuration

  private func origin(base: String, hosted: String, environment: GatewayEnvironment = .custom) throws -> CheckResult {
    let loaded = try ConfigurationSources(overrides: ["ledger.url=memory:"]).load(environment: [:], needsGateway: false)
    var gateway = loaded.configuration.gateway
    (gateway.baseURL, gateway.hostedURLOrigin, gateway.environment) = (base, hosted, environment)
    return ConfigurationCheck(sources: .init(files: ["a.yaml"]), environment: [:], gateway: gateway).results[1]
  }

  @Test(
    "the gateway's host and the shoppers' host belong together",
    arguments: [
      ("https://api.uhg.com/x", "https://wallet.healthsafepay.com", CheckResult.Mark.ok),
      ("https://api-stg.uhg.com/x", "https://stg-wallet.healthsafepay.com", .ok),
      ("https://api.uhg.com/x", "https://stg-wallet.healthsafepay.com", .fail),
      ("https://api-stg.uhg.com/x", "https://evil.example", .fail),
      ("http://127.0.0.1:8787/x", "https://stg-wallet.healthsafepay.com", .ok),
      ("http://127.0.0.1:8787/x", "https://wallet.healthsafepay.com", .warn),
    ])
  func origins(_ base: String, _ hosted: String, _ mark: CheckResult.Mark) throws {
    let result = try origin(base: base, hosted: hosted)
    #expect(result.mark == mark, "\(result.text)")
    #expect(result.status == (mark == .fail ? .wrongUsage : .done))
  }
}
