import CheckoutSession
import FoundationEssentials
import GatewaySimulator
import Kafka
import KafkaTestKit
import Logging

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

  /// Partitions of the request and of the reply topic.
  static let partitions = 4
  /// What the simulated gateway grants.
  static let requestsPerSecond = 400.0

  private static let merchantID = "5d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77"
  private static let clientSecret = "demo-secret"

  /// Starts everything.
  /// - Throws: what could not be started, and why.
  static func start(seed: UInt64) async throws -> DemoEnvironment {
    let broker = try MockCluster()
    var simulator = SimulatorConfiguration()
    simulator.seed = seed
    simulator.scenario = scenario
    let gateway = try await GatewaySimulator.start(simulator)
    let folder = FileManager.default.temporaryDirectory.appending(path: "checkout-demo-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let configuration = try configuration(broker: broker, gateway: gateway, folder: folder)
    let topics = configuration.kafka.topics
    for topic in [topics.requests, topics.replies] { try broker.createTopic(topic, partitions: partitions) }
    for topic in [topics.deadLetters, topics.status] { try broker.createTopic(topic) }
    return DemoEnvironment(broker: broker, gateway: gateway, folder: folder, configuration: configuration)
  }

  /// Stops everything and removes the folder.
  func stop() async {
    await gateway.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Every session that the gateway has made.
  var sessions: [DemoVerdict.TrueSession] {
    gateway.sessions().map {
      DemoVerdict.TrueSession(
        id: $0.id, merchantTransactionID: $0.merchantTransactionID, isExcused: $0.fault?.makesSession == true)
    }
  }

  /// A gateway on an ordinary bad day.
  private static var scenario: Scenario {
    var scenario = Scenario()
    scenario.name = "demo"
    scenario.createLatency = .lognormal(median: .milliseconds(15), p99: .milliseconds(60), max: .milliseconds(200))
    scenario.quota = QuotaRule(limit: .init(requestsPerSecond: requestsPerSecond * 1.05, burst: 60), retryAfter: .seconds)
    scenario.createFaults = FaultRates([
      .error500AfterCreate: 0.01, .error503: 0.01, .resetAfterCreate: 0.01, .resetBeforeRead: 0.01, .cutOffBody: 0.005, .htmlBody: 0.005,
      .wrongHost: 0.005, .tokenExpired: 0.002,
    ])
    scenario.tokens.clients = [.init(id: "demo", secret: clientSecret)]
    return scenario
  }

  private static func configuration(broker: MockCluster, gateway: GatewaySimulator, folder: String) throws -> WorkerConfiguration {
    var sources = ConfigurationSources()
    sources.overrides = [
      "kafka.bootstrapServers=\(broker.bootstrapServers)", "gateway.environment=custom", "gateway.baseURL=\(gateway.url)/checkout/v1",
      "gateway.hostedURLOrigin=https://stg-wallet.healthsafepay.com", "gateway.token.url=\(gateway.url)/oauth2/token",
      "gateway.token.clientId=demo", "gateway.token.scope=demo", "gateway.quota.requestsPerSecond=\(requestsPerSecond)",
      "gateway.quota.burst=20", "merchants.demo.id=\(merchantID)", "merchants.demo.upstreamEnv=demo",
      "ledger.url=sqlite:\(folder)/ledger.sqlite", "admin.port=0",
    ]
    sources.kafkaProperties = MockCluster.consumerProperties.map { "\($0.key)=\($0.value)" }
    return try sources.load(environment: ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": clientSecret]).configuration
  }
}
