import CheckoutSession
import FoundationEssentials
import GatewaySimulator
import Kafka
import KafkaTestKit

/// The broker, the gateway and the folder that a demo runs on. All of it ends with the demo.
struct DemoEnvironment: Sendable {
  /// The broker.
  let broker: MockCluster
  /// The gateway.
  let gateway: GatewaySimulator
  /// Where the ledger lies.
  let folder: String
  /// The worker's configuration for all this.
  let configuration: WorkerConfiguration

  /// Partitions of the topics of requests, replies and status events.
  static let partitions = 4

  private static let merchantID = "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77"

  /// Where a demo may keep its ledger.
  static func newFolder() -> String { FileManager.default.temporaryDirectory.appending(path: "checkout-demo-\(UUID().uuidString)").path }

  /// Removes the folder, if it is there.
  static func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

  /// Starts everything.
  /// - Parameter folder: made here, removed by ``stop()``.
  /// - Throws: what could not be started, and why.
  static func start(seed: UInt64, folder: String) async throws -> DemoEnvironment {
    let broker = try MockCluster()
    var simulator = SimulatorConfiguration()
    simulator.seed = seed
    simulator.timeScale = DemoScenario.timeScale
    simulator.scenario = DemoScenario.scenario
    let gateway = try await GatewaySimulator.start(simulator)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let configuration = try configuration(broker: broker, gateway: gateway, folder: folder)
      let topics = configuration.kafka.topics
      for topic in [topics.requests, topics.replies, topics.status] { try broker.createTopic(topic, partitions: partitions) }
      try broker.createTopic(topics.deadLetters)
      return DemoEnvironment(broker: broker, gateway: gateway, folder: folder, configuration: configuration)
    } catch {
      await stop(gateway, folder)
      throw error
    }
  }

  /// Stops everything and removes the folder.
  func stop() async { await Self.stop(gateway, folder) }

  /// Every session that the gateway has made.
  var sessions: [DemoTrueSession] { gateway.sessions().map(DemoTrueSession.init) }

  private static func stop(_ gateway: GatewaySimulator, _ folder: String) async {
    await gateway.stop()
    remove(folder)
  }

  private static func configuration(broker: MockCluster, gateway: GatewaySimulator, folder: String) throws -> WorkerConfiguration {
    var sources = ConfigurationSources()
    sources.overrides = [
      "kafka.bootstrapServers=\(broker.bootstrapServers)", "gateway.environment=custom", "gateway.baseURL=\(gateway.url)/checkout/v1",
      "gateway.hostedURLOrigin=https://stg-wallet.healthsafepay.com", "gateway.token.url=\(gateway.url)/oauth2/token",
      "gateway.token.clientId=\(DemoScenario.client.id)", "gateway.token.scope=demo",
      "gateway.quota.requestsPerSecond=\(DemoScenario.requestsPerSecond)", "gateway.quota.burst=20",
      "gateway.timeScale=\(DemoScenario.timeScale)",
      // The gateway's time runs faster, but its answers do not: this is five seconds on the clock.
      "reconciliation.grace=300s",
      "merchants.demo.id=\(merchantID)", "merchants.demo.upstreamEnv=demo", "ledger.url=sqlite:\(folder)/ledger.sqlite", "admin.port=0",
    ]
    sources.kafkaProperties = MockCluster.consumerProperties.map { "\($0.key)=\($0.value)" }
    return try sources.load(environment: ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": DemoScenario.client.secret ?? ""]).configuration
  }
}
