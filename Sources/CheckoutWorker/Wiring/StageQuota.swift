import CheckoutSession
import Ledger
import Logging
import Pacing
import Telemetry

/// A stage's part of the gateway's quota, kept while the stage works (`gateway.quota`, `reconciliation.share`).
struct StageQuota: Sendable {
  /// Nil if there is nothing to share: no limit, or a ledger that no other process can see.
  private let keeper: QuotaKeeper?

  /// - Parameters:
  ///   - lane: what the stage sends.
  ///   - time: the stage's.
  ///   - pacing: the counts of the stage's pacer.
  ///   - apply: tells the stage what it may use from now on.
  init(
    _ assembly: WorkerAssembly, lane: QuotaMember.Lane, ledger: SQLiteLedger, time: MonotonicTime,
    pacing: @escaping @Sendable () -> PacerSnapshot, apply: @escaping @Sendable (_ fraction: Double, _ pausedUntil: Duration?) -> Void
  ) {
    guard assembly.pacer.isLimited, assembly.configuration.ledger.store != .memory else {
      keeper = nil
      return
    }
    let floor =
      switch lane {
      case .creation: LaneDemand.creationFloor
      case .reconciliation: LaneDemand.reconciliationFloor
      }
    let meter = QuotaMeter(configuration: assembly.pacer, floor: floor, time: time, snapshot: pacing)
    keeper = QuotaKeeper(
      QuotaKeeperConfiguration(lane: lane, reconciliationShare: assembly.configuration.reconciliation.share), ledger: ledger, time: time,
      measure: { meter.measure() }, apply: apply, logger: Logger(label: "quota"))
  }

  /// The gauge of what is granted.
  func register(in registry: PrometheusRegistry) {
    let granted = registry.gauge("checkout_quota_granted")
    registry.addCollector { [keeper] in granted.set(keeper?.granted ?? 1) }
  }

  /// Runs `stage` with its part kept from before its beginning to its end.
  /// - Throws: what `stage` throws.
  func keep<Value: Sendable>(_ stage: () async throws -> Value) async throws -> Value {
    guard let keeper else { return try await stage() }
    await keeper.start()
    async let _: Void = keeper.run()
    return try await stage()  // leaving the scope ends the keeping, gives the part back and waits for that
  }
}
