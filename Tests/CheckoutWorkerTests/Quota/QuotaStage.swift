import CheckoutSession
import Logging
import Pacing

@testable import CheckoutWorker

/// A stage that would send as much as it may, when it has work.
final class QuotaStage: Sendable {
  let time: MonotonicTime
  let keeper: QuotaKeeper
  private let pacer: SharedState<Pacer<Int>>

  init(
    _ lane: QuotaMember.Lane, quota: Quota = Quota(requestsPerSecond: 100, burst: 10), weight: Double = 1, ledger: any QuotaLedger,
    world: QuotaWorld
  ) {
    let configuration = PacerConfiguration(quota: quota, concurrentRequestsMax: 1000, adaptation: .fixed)
    let time = world.time
    self.time = time
    let pacer = SharedState(Pacer<Int>(configuration: configuration, now: time.now))
    self.pacer = pacer
    let meter = QuotaMeter(
      configuration: configuration, floor: lane == .creation ? LaneDemand.creationFloor : LaneDemand.reconciliationFloor, time: time,
      snapshot: { pacer.withLock { $0.snapshot } })
    keeper = QuotaKeeper(
      QuotaKeeperConfiguration(lane: lane, reconciliationShare: 0.3), weight: weight, ledger: ledger, time: time,
      wallClock: world.wallClock,
      measure: { meter.measure() },
      apply: { fraction, pausedUntil in
        pacer.withLock {
          $0.setQuota(fraction: fraction, now: time.now)
          if let pausedUntil { $0.pause(until: pausedUntil) }
        }
      }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  /// Sends what may be sent now, of unlimited work or of none.
  func send(isBusy: Bool) -> Int {
    pacer.withLock { pacer in
      if isBusy { while pacer.waiting < 200 { pacer.submit(0, merchant: 0) } } else { _ = pacer.removeAll() }
      var ready: [Int] = []
      _ = pacer.release(now: time.now, into: &ready)
      for _ in ready { pacer.finished(merchant: 0, .ok, now: time.now) }
      return ready.count
    }
  }
}
