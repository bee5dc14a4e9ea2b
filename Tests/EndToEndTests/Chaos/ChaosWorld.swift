import FoundationEssentials
import Glibc
import KafkaTestKit
import PostgresTestKit

/// What a run needs around the fleet: broker, gateway, ledger, clocks. All of it is the run's own.
struct ChaosWorld: Sendable {
  let broker: ChaosBroker
  let simulator: SimulatorProcess
  let lane: Lane
  /// For those who cannot do their work beside each other: who asks for sessions, and who restarts the broker.
  let turnstile = Turnstile()
  /// Nil where the ledger is a file.
  let postgres: PostgresServer?
  /// Nil where the ledger is not in a file, or nothing can be mounted.
  let disk: LedgerDisk?
  /// Nil without a C compiler.
  let clocks: SteppedClocks?

  static func open(_ settings: ChaosSettings, plan: ChaosPlan, record: ChaosRecord) async throws -> ChaosWorld {
    let simulator = try await SimulatorProcess.start(
      arguments: ["--time-scale", "\(ChaosSettings.timeScale)", "--seed", "\(settings.seed)"])
    let folder = FileManager.default.temporaryDirectory.path + "/chaos-\(getpid())-\(settings.seed)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let broker = try ChaosBroker(folder: folder + "/broker")
    try await broker.start()
    var disk: LedgerDisk?
    if settings.ledger == .sqlite {
      do { disk = try await LedgerDisk.mount(at: folder + "/disk") } catch { record.skip("full disks", because: "\(error)") }
    }
    var postgres: PostgresServer?
    if settings.ledger == .postgres {
      let server = try await PostgresServer()
      try await server.start()
      postgres = server
    }
    var clocks: SteppedClocks?
    do { clocks = try await SteppedClocks.build(in: folder) } catch { record.skip("clock steps", because: "\(error)") }
    let lane = try Lane(
      "chaos", bootstrapServers: broker.bootstrapServers,
      properties: NoidaBroker.clientProperties.merging(["reconnect.backoff.max.ms": "500"]) { $1 }, gatewayPort: simulator.port,
      partitions: 6, settings: fleetSettings(ledger: postgres?.url ?? "sqlite:\(disk?.folder ?? folder)/ledger.sqlite"))
    try await lane.createTopics()
    return ChaosWorld(broker: broker, simulator: simulator, lane: lane, postgres: postgres, disk: disk, clocks: clocks)
  }

  /// What the fleet is told beside what every lane is.
  private static func fleetSettings(ledger: String) -> [String: String] {
    [
      "ledger.url": ledger, "gateway.timeScale": "\(ChaosSettings.timeScale)", "gateway.connectTimeout": "1s",
      "gateway.requestTimeout": "2s", "gateway.quota.requestsPerSecond": "\(ChaosSettings.quotaPerSecond)",
      "gateway.quota.burst": "\(ChaosSettings.quotaBurst)", "creation.batch.recordsMax": "\(recordsMax)",
      "creation.batchesInFlight": "\(batchesInFlight)", "creation.maxAttempts": "15", "creation.batchDeadline": "2m",
      "reconciliation.leaseDuration": "13s", "reconciliation.batchMax": "100", "reconciliation.grace": "2m",
      "reconciliation.schedule.default.firstPoll": "30s", "reconciliation.schedule.default.interval": "2m",
      "reconciliation.schedule.default.growth": "1.5", "reconciliation.schedule.default.intervalMax": "4m",
    ]
  }

  private static let recordsMax = 50
  private static let batchesInFlight = 2
  /// What may be under way in one worker, and so what one blow may leave behind at the gateway.
  static let recordsInFlightMax = recordsMax * batchesInFlight

  /// Starts the process of a place. Members of the group are static, because noida-db never evicts a dynamic one that was killed.
  func start(_ place: FleetPlace) throws -> RunningProcess {
    let environment = try clocks?.environment(place) ?? [:]
    switch place.stage {
    case .worker: return try lane.worker(["run"], properties: ["group.instance.id": "\(place)"], environment: environment)
    case .reconciler: return try lane.worker(["reconcile", "--watch"], environment: environment)
    }
  }

  func close() async {
    simulator.process.signal(SIGKILL)
    await broker.kill()
    await postgres?.remove()
    await disk?.unmount()
  }
}
