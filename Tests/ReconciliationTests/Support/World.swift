import CheckoutSession
import Pacing
import Reconciliation
import Synchronization
import TestClock
import Testing

/// Everything around the stage: the topic, the ledger and the gateway, which outlive a process, and the processes that are started on them.
final class World: Sendable {
  let simulation = Simulation()
  let life = Life()
  let sink: RecordingSink
  let ledger: MemoryLedger
  let gateway: ScriptedReader
  let log = RecordingLog()
  private let made = Mutex(0)
  /// How far the clock of the machine that the stage runs on is set ahead of the true time.
  let clockError = Box(Duration.zero)

  static let merchant = "b38f2b56-1d3a-4b6c-9a34-0d4a6a3c5a01"
  static let otherMerchant = "c49f2b56-1d3a-4b6c-9a34-0d4a6a3c5a02"

  init() {
    sink = RecordingSink(simulation: simulation, life: life)
    ledger = MemoryLedger(life: life)
    gateway = ScriptedReader(simulation: simulation, life: life)
  }

  /// The stage as the tests want it: unlimited unless said otherwise.
  static func configuration(
    _ quota: Quota = .unlimited, merchantQuotas: [Quota] = [.unlimited, .unlimited],
    _ change: (inout ReconciliationConfiguration) -> Void = { _ in }
  ) -> ReconciliationConfiguration {
    var configuration = ReconciliationConfiguration(
      pacer: PacerConfiguration(
        quota: quota, merchantQuotas: merchantQuotas, concurrentRequestsMax: 64, retryBudget: .unlimited, adaptation: .fixed),
      merchantIDs: [merchant, otherMerchant], source: "/checkout-session-worker/test")
    change(&configuration)
    return configuration
  }

  static func id(_ number: Int) -> SessionID {
    let digits = String(number, radix: 16)
    let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = SessionID(text) else { preconditionFailure("\(text) is no UUID") }
    return id
  }

  /// Makes a session that is as old as said, due at once, and that ends when it is `endsAfter` old.
  @discardableResult
  func add(
    _ name: String? = nil, merchant: String = merchant, mode: SessionMode = .payment, age: Duration = .zero, end: SessionStatus = .timedOut,
    endsAfter: Duration = .seconds(900), usableAfter: Duration = .seconds(2), status: SessionStatus = .accepted, failures: Int = 0,
    event: RecordedEvent? = nil, dueIn: Duration = .zero
  ) -> OutstandingSession {
    let number = made.withLock { made in
      made += 1
      return made
    }
    let createdAt = simulation.wallNow - age
    let session = OutstandingSession(
      key: ClaimKey(row: Int64(number), generation: 1), identity: RequestIdentity(merchantID: merchant, requestID: name ?? "r\(number)"),
      merchantTransactionID: "t\(number)", mode: mode, sessionID: Self.id(number), createdAt: createdAt,
      expiresAt: createdAt + CreatedSession.lifetime, recordKey: Array("order-\(number)".utf8), status: status, polls: 0,
      failures: failures,
      unpublishedEvent: event)
    gateway.add(
      session.sessionID,
      Truth(createdAt: createdAt, usableAt: createdAt + usableAfter, end: end, endsAt: createdAt + endsAfter))
    ledger.insert(session, dueAt: simulation.wallNow + dueIn)
    return session
  }

  /// A process on this world.
  func service(
    _ run: ReconciliationRun, _ configuration: ReconciliationConfiguration = configuration(), seed: UInt64 = 1
  ) -> ReconciliationService {
    ReconciliationService(
      configuration: configuration, run: run, reader: gateway, ledger: ledger, sink: sink, time: simulation.time,
      wallClock: WallClock { [simulation, clockError] in simulation.wallNow + clockError.value }, seed: seed, logger: log.logger)
  }

  /// Runs a process to its end.
  @discardableResult
  func run(
    _ run: ReconciliationRun, _ configuration: ReconciliationConfiguration = configuration(), seed: UInt64 = 1,
    limit: Duration = .seconds(7200), during: (ReconciliationService) -> Void = { _ in }
  ) throws -> ReconciliationStatistics {
    life.begin(dieAfter: nil, onDeath: {})
    let service = service(run, configuration, seed: seed)
    during(service)
    let statistics = try simulation.run(limit: limit) { try await service.run() }
    #expect(service.status.sessionsInHand == 0 || service.status.isDraining)
    return statistics
  }

  /// Runs a process that dies after so many effects. False if it came to its end before.
  func runUntilDeath(
    _ run: ReconciliationRun, _ configuration: ReconciliationConfiguration = configuration(), afterEffects count: Int, seed: UInt64 = 1
  ) -> Bool {
    let service = service(run, configuration, seed: seed)
    let death = Signal()
    life.begin(dieAfter: count, onDeath: { death.give() })
    _ = try? simulation.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await death.wait() }
        group.addTask { _ = try? await service.run() }
        // Whichever ends first: a dead process does nothing more, so what it still runs is thrown away.
        await group.next()
        group.cancelAll()
        death.give()
      }
    }
    return life.isDead
  }

  /// The next process: what was under way is gone.
  func restart() {
    simulation.forgetEvents()
    gateway.forgetPending()
  }
}
