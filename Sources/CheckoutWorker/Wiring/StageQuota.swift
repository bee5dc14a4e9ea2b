import CheckoutSession
import Ledger
import Logging
import Pacing
import Telemetry

/// A stage's part of the gateway's quota, kept while the stage works (`gateway.quota`, `reconciliation.share`).
struct StageQuota: Sendable {
  /// Who says how much.
  private enum Division: Sendable {
    /// Nobody: there is no limit, or nobody to share with.
    case none
    /// The ledger, among all processes over it.
    case ledger(QuotaKeeper)
    /// The consumer group alone (share = quota x assigned / all): there is no ledger that others see.
    case partitions(apply: @Sendable (Double) -> Void)
  }

  private let division: Division
  /// What part of the request topic this process has; nil for a stage that has no partitions and shares evenly.
  private let share: AssignedShare?

  /// - Parameters:
  ///   - lane: what the stage sends.
  ///   - share: for creation: what part of the partitions the process has.
  ///   - time: the stage's.
  ///   - pacing: the counts of the stage's pacer.
  ///   - apply: tells the stage what it may use from now on; called on any thread, must not wait.
  init(
    _ assembly: WorkerAssembly, lane: QuotaMember.Lane, share: AssignedShare? = nil, ledger: any WorkerLedger, time: MonotonicTime,
    pacing: @escaping @Sendable () -> PacerSnapshot, apply: @escaping @Sendable (_ fraction: Double, _ pausedUntil: Duration?) -> Void
  ) {
    self.share = share
    guard assembly.pacer.isLimited else {
      division = .none
      return
    }
    guard assembly.configuration.ledger.store != .memory else {
      division = share == nil ? .none : .partitions(apply: { apply($0, nil) })
      return
    }
    let floor =
      switch lane {
      case .creation: LaneDemand.creationFloor
      case .reconciliation: LaneDemand.reconciliationFloor
      }
    let meter = QuotaMeter(configuration: assembly.pacer, floor: floor, time: time, snapshot: pacing)
    division = .ledger(
      QuotaKeeper(
        QuotaKeeperConfiguration(lane: lane, reconciliationShare: assembly.configuration.reconciliation.share),
        weight: share == nil ? 1 : 0, ledger: ledger, time: time, measure: { meter.measure(weight: share?.fraction ?? 1) }, apply: apply,
        logger: Logger(label: "quota")))
  }

  /// What the stage may use now, 0 to 1.
  private var granted: Double {
    switch division {
    case .none: 1
    case .ledger(let keeper): keeper.granted
    case .partitions: share?.fraction ?? 1
    }
  }

  /// The gauges of what is granted and of what is assigned.
  func register(in registry: PrometheusRegistry) {
    let granted = registry.gauge("checkout_quota_granted")
    let assigned = share.map { _ in registry.gauge("checkout_quota_assigned_share") }
    registry.addCollector { [self] in
      granted.set(self.granted)
      if let share { assigned?.set(share.fraction) }
    }
  }

  /// Runs `stage` with its part kept from before its beginning to its end.
  /// - Throws: what `stage` throws.
  func keep<Value: Sendable>(_ stage: () async throws -> Value) async throws -> Value {
    switch division {
    case .none:
      return try await stage()
    case .partitions(let apply):
      share?.follow(apply)
      return try await stage()
    case .ledger(let keeper):
      share?.follow { keeper.setWeight($0) }
      await keeper.start()
      async let _: Void = keeper.run()
      return try await stage()  // leaving the scope ends the keeping, gives the part back and waits for that
    }
  }
}
