import CheckoutSession
import Foundation
import Ledger
import Logging
import Testing

@testable import CheckoutWorker

/// The whole chain over one SQLite file: pacers, meters, keepers and ledger, each process with a handle of its own; only time is virtual.
@Suite("Quota over one ledger file", .timeLimit(.minutes(1)))
struct QuotaEndToEndTests {
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
    let creation = QuotaStage(.creation, ledger: ledgers[0], world: world)
    let reconciliation = QuotaStage(.reconciliation, ledger: ledgers[1], world: world)
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
