import Pacing
import Synchronization

/// Measures what a stage could use of the gateway's quota, by its pacer's counts.
final class QuotaMeter: Sendable {
  private let demand: Mutex<LaneDemand>
  private let time: MonotonicTime
  private let snapshot: @Sendable () -> PacerSnapshot

  /// - Parameters:
  ///   - configuration: the stage's pacer's: the whole quota.
  ///   - floor: what is wanted when idle, 0 to 1 (`LaneDemand.creationFloor`, `.reconciliationFloor`).
  ///   - time: the stage's.
  ///   - snapshot: the pacer's counts now.
  init(configuration: PacerConfiguration, floor: Double, time: MonotonicTime, snapshot: @escaping @Sendable () -> PacerSnapshot) {
    demand = Mutex(LaneDemand(configuration: configuration, floor: floor, now: time.now))
    self.time = time
    self.snapshot = snapshot
  }

  /// What it could use now; once a round, because it looks at what was done since the last time.
  /// - Parameter weight: what part of the floor is its own, 0 to 1.
  func measure(weight: Double = 1) -> QuotaUse {
    let snapshot = snapshot()
    return QuotaUse(demand: demand.withLock { $0.measure(snapshot, weight: weight, now: time.now) }, pausedUntil: snapshot.pausedUntil)
  }
}
