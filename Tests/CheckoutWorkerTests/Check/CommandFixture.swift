import CheckoutSession
import FoundationEssentials
import GatewaySimulator
import Kafka
import KafkaTestKit
import Logging
import Records
import Synchronization

@testable import CheckoutWorker

#if canImport(Glibc)
  import Glibc
#endif

/// Testing has an `ExitStatus` too.
typealias CommandStatus = CheckoutWorker.ExitStatus

/// A mock cluster with the worker's topics, a folder for a ledger, and a configuration for them.
final class CommandFixture: Sendable {
  static let merchantID = "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77"
  static let topics = ["checkout.session-requests", "checkout.session-replies", "checkout.session-requests.dlq"]

  let cluster: MockCluster
  let folder: String
  var ledgerPath: String { folder + "/ledger.sqlite" }
  let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()
  /// What a command wrote.
  let words = Mutex<(output: [String], errors: [String])>(([], []))

  init(topics: [String] = topics, partitions: Int = 2, brokersCount: Int = 1) throws {
    cluster = try MockCluster(brokersCount: brokersCount)
    for topic in topics { try cluster.createTopic(topic, partitions: partitions) }
    folder = FileManager.default.temporaryDirectory.appending(path: "checkout-commands-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit {
    for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm", "input.jsonl"] { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  var output: CommandOutput {
    CommandOutput(
      write: { [self] text in words.withLock { $0.output.append(text) } },
      writeError: { [self] text in words.withLock { $0.errors.append(text) } })
  }

  /// Makes a topic unknown. Only leaving it out is not enough: the mock cluster creates every topic that it is asked about.
  func hide(_ topic: String) { cluster.setError(.unknownTopicOrPartition, forTopic: topic) }

  /// What went to standard output.
  var written: String { words.withLock { $0.output.joined(separator: "\n") } }
  /// What went to standard error.
  var errors: String { words.withLock { $0.errors.joined(separator: "\n") } }

  /// The command line for this cluster, a gateway at `gateway`, and further settings.
  func sources(gateway: String = "http://127.0.0.1:1", _ settings: [String] = []) -> ConfigurationSources {
    var sources = ConfigurationSources()
    sources.overrides =
      [
        "kafka.bootstrapServers=\(cluster.bootstrapServers)", "gateway.environment=custom", "gateway.baseURL=\(gateway)/checkout/v1",
        "gateway.hostedURLOrigin=https://stg-wallet.healthsafepay.com", "gateway.token.url=\(gateway)/oauth2/token",
        "gateway.token.clientId=test",
        "gateway.token.scope=test", "merchants.main.id=\(Self.merchantID)", "merchants.main.upstreamEnv=test",
        "ledger.url=sqlite:\(ledgerPath)", "gateway.connectTimeout=1s", "gateway.requestTimeout=2s",
      ] + settings
    sources.kafkaProperties = MockCluster.consumerProperties.map { "\($0.key)=\($0.value)" }
    return sources
  }

  /// The configuration made from ``sources(gateway:_:)``.
  func assembly(gateway: String = "http://127.0.0.1:1", _ settings: [String] = []) throws -> WorkerAssembly {
    let environment = ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": "right"]
    return WorkerAssembly(configuration: try sources(gateway: gateway, settings).load(environment: environment).configuration)
  }

  /// Writes the input of publish and opens it.
  func input(_ text: String) throws -> InputFile {
    let path = folder + "/input.jsonl"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw InputFile.Failure(description: "cannot write \(path)") }
    return try InputFile(path: path)
  }

  /// All records of the request topic, in the order of partitions' offsets.
  func publishedRecords(partitions: Int32 = 2) async throws -> [(key: String?, value: String, headers: [String])] {
    let places = (0..<partitions).map {
      PartitionOffset(TopicPartition(topic: Self.topics[0], partition: $0), offset: PartitionOffset.beginning)
    }
    let consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: cluster.bootstrapServers, subscription: .assignment(places), stop: .init(atEndOffsets: true),
        properties: MockCluster.consumerProperties),
      logger: logger)
    var records: [(key: String?, value: String, headers: [String])] = []
    while let batch = try await consumer.nextBatch() {
      for record in batch.records {
        let headers = batch.headers(of: record).map {
          String(decoding: $0.name, as: UTF8.self) + "=" + String(decoding: $0.value ?? [], as: UTF8.self)
        }
        records.append(
          (
            batch.key(of: record).map { String(decoding: $0, as: UTF8.self) },
            String(decoding: batch.value(of: record) ?? [], as: UTF8.self), headers
          ))
      }
      consumer.finish(batch)
    }
    _ = await consumer.close(timeout: .seconds(2))
    return records
  }
}

/// A port of this machine that nobody listens on: taken, and given back.
func freePort() -> UInt16 {
  let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  return withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      _ = bind(socket, address, length)
      _ = getsockname(socket, address, &length)
    }
    return UInt16(bigEndian: pointer.pointee.sin_port)
  }
}
