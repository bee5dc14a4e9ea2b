import CheckoutSession
import Gateway
import GatewaySimulator
import Ledger
import Logging
import Pacing
import Records
import Reconciliation
import Stage
import Synchronization
import Testing

@testable import CheckoutWorker

/// A host whose clock is an hour off, over the whole way: simulator, HTTP, client, stage and ledger.
@Suite("A wrong clock, with the gateway simulator", .timeLimit(.minutes(1)))
struct ClockSkewTests {
  private static let merchant = "b38f2b56-1d3a-4b6c-9a34-0d4a6a3c5a01"

  /// The status topic: only how many events of each type there were is looked at.
  private final class Topic: StatusSink {
    private let written = Mutex("")
    var text: String { written.withLock { $0 } }

    func publish(_ records: OutgoingRecords) async throws -> PublishReport {
      written.withLock { $0 += String(decoding: records.slab, as: UTF8.self) }
      return PublishReport()
    }
  }

  /// A host whose clock is off by so much.
  private static func clock(_ error: Duration) -> WallClock { WallClock { WallClock.system.now() + error } }

  private static func client(_ simulator: GatewaySimulator, clock: WallClock) throws -> GatewayClient {
    var configuration = GatewayConfiguration(
      baseURL: simulator.url + "/v1", hostedURLOrigin: SimulatorConfiguration().hostedURLOrigin,
      merchants: [MerchantConfiguration(name: "main", id: merchant, upstreamEnv: "test", token: .fixed(Secret("token")))])
    configuration.tokenWaitMax = .seconds(20)
    return try GatewayClient(configuration: configuration, wallClock: clock, logger: quiet)
  }

  private static func simulator(_ change: (inout Scenario) -> Void = { _ in }) async throws -> GatewaySimulator {
    var configuration = SimulatorConfiguration()
    configuration.scenario.tokens.accepted = ["token"]
    configuration.scenario.sessions.acceptedFor = .zero
    change(&configuration.scenario)
    return try await GatewaySimulator.start(configuration)
  }

  private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  private static func create(_ client: GatewayClient) async throws -> CreatedSession {
    let body = #"{"payment":{"merchantTransactionId":"order-1","amount":100},"config":{"modes":["PAYMENT"]}}"#
    let result = await withCheckedContinuation { continuation in
      client.start([CreateSessionCall(id: 1, merchantIndex: 0, body: Array(body.utf8)[...])]) { continuation.resume(returning: $0) }
    }
    return try #require(result.first).outcome.get()
  }

  /// A ledger that watches one session.
  private static func ledger(_ session: CreatedSession) async throws -> SQLiteLedger {
    let ledger = try await SQLiteLedger.open(.init(location: .memory), logger: quiet)
    let claim = RequestClaim(
      identity: RequestIdentity(merchantID: merchant, requestID: "r1"),
      bodyHash: try #require(BodyHash(bytes: Array(repeating: 1, count: 32))),
      mode: .payment, merchantTransactionID: "order-1", replayCount: 0, source: RecordCoordinate(topic: "requests", partition: 0, offset: 0)
    )
    guard case .new(let key) = try #require(try await ledger.claim([claim], at: session.createdAt).first) else { throw CancellationError() }
    let reply = DecidedReply(outcome: .created, session: session, error: nil, attempts: 1, decidedAt: session.createdAt)
    _ = try await ledger.record([
      NewDecision(key: key, reply: reply, watch: SessionWatch(recordKey: nil, firstPollAt: Timestamp(millisecondsSinceEpoch: 0)))
    ])
    try await ledger.markPublished([key], at: session.createdAt)
    return ledger
  }

  @Test("a session that such a host makes has the gateway's times, and its remaining lifetime is judged by them", arguments: [3600, -3600])
  func creates(_ error: Int) async throws {
    let simulator = try await Self.simulator()
    let client = try Self.client(simulator, clock: Self.clock(.seconds(error)))
    let before = WallClock.system.now()
    let session = try await Self.create(client)
    #expect(session.createdAt > before - .seconds(60) && session.createdAt < WallClock.system.now() + .seconds(1))
    let remaining = session.expiresAt - client.clock.now()
    #expect(remaining > .seconds(840) && remaining < .seconds(903), "\(remaining)")
    await client.shutdown()
    await simulator.stop()
  }

  @Test("a run of reconcile --once after the clock was set forward does not say TIMED_OUT of a session that lives")
  func reconciles() async throws {
    let simulator = try await Self.simulator()
    let right = try Self.client(simulator, clock: .system)
    let ledger = try await Self.ledger(try await Self.create(right))
    let wrong = Self.clock(.seconds(3600))
    let client = try Self.client(simulator, clock: wrong)
    let topic = Topic()
    let service = ReconciliationService(
      configuration: ReconciliationConfiguration(merchantIDs: [Self.merchant], source: "/test"), run: .once, reader: client, ledger: ledger,
      sink: topic, time: .continuous(), wallClock: wrong, logger: Self.quiet)
    let statistics = try await service.run()
    #expect(statistics.polls == 1 && statistics.events == [.created: 1], "\(statistics.events)")
    #expect(topic.text.contains("checkout.session.created") && !topic.text.contains("TIMED_OUT"))
    for client in [right, client] { await client.shutdown() }
    await ledger.close()
    await simulator.stop()
  }

  @Test("a gateway whose own clock is behind: by it the session lives, so its word is waited for")
  func gatewayIsBehind() async throws {
    let simulator = try await Self.simulator { $0.dateSkew = .seconds(-3600) }
    let client = try Self.client(simulator, clock: .system)
    let session = try await Self.create(client)
    let shown = WallClock.system.now() - .seconds(3600)
    #expect(session.createdAt > shown - .seconds(60) && session.createdAt < shown + .seconds(1))
    await client.shutdown()
    await simulator.stop()
  }
}
