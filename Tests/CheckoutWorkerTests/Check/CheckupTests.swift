import GatewaySimulator
import Kafka
import KafkaTestKit
import Synchronization
import Testing

@testable import CheckoutWorker

@Suite("check, with a mock cluster and the gateway simulator", .timeLimit(.minutes(1)))
struct CheckupTests {
  private func check(_ fixture: CommandFixture, gateway: String, _ settings: [String] = []) async throws -> CommandStatus {
    let sources = fixture.sources(gateway: gateway, settings)
    return await Checkup(
      sources: sources, environment: ["CHECKOUT_X": ""], assembly: try fixture.assembly(gateway: gateway, settings), output: fixture.output,
      logger: fixture.logger
    ).run()
  }

  private func simulator(secret: String = "right") async throws -> GatewaySimulator {
    var configuration = SimulatorConfiguration()
    configuration.scenario.tokens.clients = [.init(id: "test", secret: secret)]
    return try await GatewaySimulator.start(configuration)
  }

  private func marks(_ fixture: CommandFixture) -> [String] {
    fixture.words.withLock { $0.output.dropLast().map { String($0.prefix(4)).split(separator: " ").joined() } }
  }

  @Test("everything there: every line is ok, and nothing was changed")
  func allWell() async throws {
    let fixture = try CommandFixture()
    let gateway = try await simulator()
    let status = try await check(fixture, gateway: gateway.url)
    #expect(status == .done, "\(fixture.written)")
    #expect(marks(fixture) == Array(repeating: "ok", count: 12), "\(fixture.written)")
    for text in [
      "ok    configuration: 1 environment variable, 15 settings on the command line", "ledger.sqlite: not there yet; run creates it",
      "ok    broker \(fixture.cluster.bootstrapServers): reachable, 1 broker in the cluster",
      "ok    topic checkout.session-requests: 2 partitions, 1 replica, all with a leader", "ok    topic checkout.session-requests.dlq",
      "ok    topic checkout.session-status",
      "ok    group checkout-worker: nothing committed yet", "ok    gateway 127.0.0.1:\(gateway.port): reachable",
      "ok    token of merchant main: obtained", "ok    clock: within", "Ready: nothing stands in the way",
    ] {
      #expect(fixture.written.contains(text), "\(text) not in\n\(fixture.written)")
    }
    #expect(LedgerPresence(path: fixture.ledgerPath) == .absent)
    #expect(gateway.sessions().isEmpty)
    await gateway.stop()
  }

  @Test("everything down: one line each, nothing hangs, and 75")
  func allDown() async throws {
    let fixture = try CommandFixture()
    let (broker, gateway) = ("127.0.0.1:\(freePort())", "http://127.0.0.1:\(freePort())")
    let status = try await check(fixture, gateway: gateway, ["kafka.bootstrapServers=\(broker)"])
    #expect(status == .tryAgainLater, "\(fixture.written)")
    #expect(
      marks(fixture) == ["ok", "ok", "ok", "FAIL", "skip", "skip", "skip", "skip", "skip", "FAIL", "FAIL", "skip"], "\(fixture.written)")
    #expect(fixture.written.contains("FAIL  broker \(broker)"))
    #expect(fixture.written.contains("connection refused"))
    #expect(fixture.written.contains("3 checks failed: exit code 75."))
  }

  @Test("one of two bootstrap brokers down: a warning, because the worker can start")
  func oneBrokerDown() async throws {
    let fixture = try CommandFixture()
    let gateway = try await simulator()
    let dead = "127.0.0.1:\(freePort())"
    let status = try await check(fixture, gateway: gateway.url, ["kafka.bootstrapServers=\(dead),\(fixture.cluster.bootstrapServers)"])
    #expect(status == .done, "\(fixture.written)")
    #expect(fixture.written.contains("warn  broker \(dead)"))
    #expect(fixture.written.contains("`checkout-worker reconcile`, 1 warning."))
    await gateway.stop()
  }

  @Test("a missing topic: 1, and the command that creates it, with as many partitions as the request topic")
  func missingTopic() async throws {
    let fixture = try CommandFixture()
    fixture.hide("checkout.session-requests.dlq")
    let gateway = try await simulator()
    #expect(try await check(fixture, gateway: gateway.url) == .failed, "\(fixture.written)")
    #expect(fixture.written.contains("FAIL  topic checkout.session-requests.dlq: does not exist"))
    let command =
      "kafka-topics.sh --bootstrap-server \(fixture.cluster.bootstrapServers) --create --topic checkout.session-requests.dlq "
      + "--partitions 2 --replication-factor 1"
    #expect(fixture.written.contains(command), "\(fixture.written)")
    await gateway.stop()
  }

  @Test("a missing request topic: the group cannot be tried")
  func missingRequestTopic() async throws {
    let fixture = try CommandFixture()
    fixture.hide("checkout.session-requests")
    let gateway = try await simulator()
    #expect(try await check(fixture, gateway: gateway.url) == .failed)
    #expect(fixture.written.contains("FAIL  topic checkout.session-requests: does not exist"))
    #expect(fixture.written.contains("skip  group checkout-worker"))
    await gateway.stop()
  }

  @Test("an allowed reply topic is needed like the others")
  func allowedReplyTopic() async throws {
    let fixture = try CommandFixture()
    fixture.hide("shop.replies")
    let gateway = try await simulator()
    #expect(try await check(fixture, gateway: gateway.url, ["creation.replyTopicsAllowed=shop.replies"]) == .failed)
    #expect(fixture.written.contains("FAIL  topic shop.replies: does not exist"), "\(fixture.written)")
    await gateway.stop()
  }

  @Test("a wrong client secret: 77, without showing it")
  func wrongSecret() async throws {
    let fixture = try CommandFixture()
    let gateway = try await simulator(secret: "other")
    #expect(try await check(fixture, gateway: gateway.url) == .refused, "\(fixture.written)")
    #expect(fixture.written.contains("ok    gateway"))
    #expect(fixture.written.contains("FAIL  token of merchant main"))
    #expect(!fixture.written.contains("right"))
    await gateway.stop()
  }

  @Test("an unreachable gateway: 75, and what to look at")
  func unreachableGateway() async throws {
    let fixture = try CommandFixture()
    #expect(try await check(fixture, gateway: "http://127.0.0.1:\(freePort())") == .tryAgainLater)
    #expect(fixture.written.contains("FAIL  gateway 127.0.0.1:"))
    #expect(fixture.written.contains("Check gateway.baseURL, DNS"))
  }

  @Test("merchants with the same credentials share one line's answer")
  func sharedToken() async throws {
    let fixture = try CommandFixture()
    let gateway = try await simulator()
    let second = [
      "merchants.zweite.id=6d1f4a4e-2f43-4f0b-9d0a-6d1c6a1f3b77", "merchants.zweite.upstreamEnv=test", "merchants.default=main",
    ]
    #expect(try await check(fixture, gateway: gateway.url, second) == .done, "\(fixture.written)")
    #expect(fixture.written.contains("skip  token of merchant zweite: same credentials as merchant main"))
    await gateway.stop()
  }

  @Test("a topic without authorization: 77, and the command that gives it")
  func topicAuthorization() async throws {
    let fixture = try CommandFixture()
    let gateway = try await simulator()
    fixture.cluster.setError(.topicAuthorizationFailed, forTopic: "checkout.session-replies")
    #expect(try await check(fixture, gateway: gateway.url) == .refused, "\(fixture.written)")
    #expect(fixture.written.contains("--operation Write --operation Describe --topic checkout.session-replies"), "\(fixture.written)")
    await gateway.stop()
  }

  @Test("a group without authorization: 77, whoever refuses it", arguments: [RequestKind.findCoordinator, .offsetFetch])
  func groupAuthorization(_ kind: RequestKind) async throws {
    let fixture = try CommandFixture()
    let gateway = try await simulator()
    // GROUP_AUTHORIZATION_FAILED, as often as librdkafka may ask.
    fixture.cluster.failNext(kind, with: Array(repeating: InjectedError(rawValue: 30), count: 50))
    #expect(try await check(fixture, gateway: gateway.url) == .refused, "\(fixture.written)")
    #expect(fixture.written.contains("--operation Read --group checkout-worker"), "\(fixture.written)")
    await gateway.stop()
  }
}
