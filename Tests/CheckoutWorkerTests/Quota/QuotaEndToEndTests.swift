import CheckoutSession
import Foundation
import Ledger
import Logging
import Pacing
import Synchronization
import TestClock
import Testing

@testable import CheckoutWorker

/// The whole chain over one SQLite file: pacers, meters, keepers and ledger, each process with a handle of its own; only time is virtual.
@Suite("Quota over one ledger file", .timeLimit(.minutes(1)))
struct QuotaEndToEndTests {
  /// A stage that would send as much as it may, when it has work.
  final class Stage: Sendable {
    let configuration = PacerConfiguration(
      quota: Quota(requestsPerSecond: 100, burst: 10), concurrentRequestsMax: 1000, adaptation: .fixed)
    let time: MonotonicTime
    let keeper: QuotaKeeper
    private let pacer: SharedState<Pacer<Int>>

    init(_ lane: QuotaMember.Lane, ledger: SQLiteLedger, world: QuotaWorld) {
      let time = world.time
      self.time = time
      let pacer = SharedState(Pacer<Int>(configuration: configuration, now: time.now))
      self.pacer = pacer
      let meter = QuotaMeter(
        configuration: configuration, floor: lane == .creation ? LaneDemand.creationFloor : LaneDemand.reconciliationFloor, time: time,
        snapshot: { pacer.withLock { $0.snapshot } })
      keeper = QuotaKeeper(
        QuotaKeeperConfiguration(lane: lane, reconciliationShare: 0.3), ledger: ledger, time: time, wallClock: world.wallClock,
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

  @Test("two processes send the quota between them, by their lanes' shares while both are busy, and all of it when one is")
  func twoProcesses() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "quota-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    func open() async throws -> SQLiteLedger {
      try await SQLiteLedger.open(
        .init(location: .file(path: folder.appending(path: "ledger.sqlite").path), busyTimeout: .seconds(20)), logger: Logger(label: "test")
      )
    }
    let ledgers = [try await open(), try await open()]
    let world = QuotaWorld()
    let creation = Stage(.creation, ledger: ledgers[0], world: world)
    let reconciliation = Stage(.reconciliation, ledger: ledgers[1], world: world)
    let stages = [creation, reconciliation]
    for stage in stages { await stage.keeper.start() }
    try await withThrowingDiscardingTaskGroup { group in
      for stage in stages { group.addTask { await stage.keeper.run() } }
      await world.settle(2)
      /// What each sent in so many seconds, after the few that a lane takes to forget what it wanted, and the others to get it.
      func sent(seconds: Int, busy: (Bool, Bool)) async -> (Int, Int) {
        var sent = (0, 0)
        for step in 0..<(seconds + 7) * 100 {
          await world.pass(.milliseconds(10), processes: 2)
          let now = (creation.send(isBusy: busy.0), reconciliation.send(isBusy: busy.1))
          if step >= 700 { sent = (sent.0 + now.0, sent.1 + now.1) }
        }
        return sent
      }
      let both = await sent(seconds: 10, busy: (true, true))
      #expect((both.0 + both.1) <= 1010 && (both.0 + both.1) >= 980, "\(both)")
      #expect(abs(both.0 - 700) <= 20 && abs(both.1 - 300) <= 20, "\(both)")
      let polling = await sent(seconds: 10, busy: (false, true))
      #expect(polling.1 >= 800 && polling.1 <= 910, "\(polling)")
      let creating = await sent(seconds: 10, busy: (true, false))
      #expect(creating.0 >= 880 && creating.0 <= 960, "\(creating)")
      group.cancelAll()
    }
    #expect(creation.send(isBusy: true) == 0, "it sends after it left")
    for ledger in ledgers { await ledger.close() }
  }
}
