import CheckoutSession
import GRDB
import Logging
import Testing

@testable import Ledger

/// That a long history makes no call slower: what a batch does is counted, not timed.
@Suite("Replay load", .timeLimit(.minutes(2)))
struct ReplayLoadTests {
  @Test("no statement about replays, and none of a claim, reads a table of a file from one end to the other")
  func plans() async throws {
    try await TemporaryLedger.with { temporary in
      let ledger = try await temporary.open()
      let run = try await ledger.beginReplay(Sample.run())
      _ = try await ledger.claimReplays((0..<2000).map { try Sample.replay($0) }, run: run)
      await ledger.close()
      let database = try DatabaseQueue(path: temporary.path)
      let statements = try await database.writeWithoutTransaction { db in
        let statements = Statements()
        db.trace { if case .statement(let statement) = $0 { statements.insert(statement.sql) } }
        _ = try WriteTransaction.run(db, .process) { db in
          var claim = try ClaimTransaction(db, at: Sample.now, names: LedgerNames())
          _ = try claim.run([Sample.claim("a"), Sample.claim("a")])
          let late = Sample.now + .seconds(60)
          let heir = try ReplayRunTransaction.begin(Sample.run(at: late), db)
          var replays = try ReplayClaimTransaction(
            db, run: heir, searchFrom: [:], attemptsMax: 3, at: late, names: LedgerNames())
          _ = try replays.run([Sample.replay(1), Sample.replay(5000)])
          _ = try ReplayRunTransaction.keep(heir, aliveUntil: late, db)
          _ = try ReplayProgressTransaction.send([Sample.origin(1), Sample.origin(2)], run: heir, at: late, db)
          try ReplayProgressTransaction.answer([Sample.origin(1): .init(outcome: .created, generation: 1)], at: late, db)
          try ReplayProgressTransaction.release([Sample.origin(5000)], run: heir, db)
          _ = try ReplayQuery.records([Sample.origin(1)], db)
          _ = try ReplayQuery.page(of: 1, after: Sample.origin(100), limit: 10, db)
          try ReplayRunTransaction.end(heir, .init(at: late, end: .finished), db)
          _ = try ReplayQuery.runs(planHash: nil, limit: 10, db)
          _ = try ReplayPruneTransaction.run(claimedBefore: Sample.now, limit: 10, db)
          _ = try ReplayPruneTransaction.count(claimedBefore: Sample.now, db)
        }
        db.trace()
        return statements.all
      }
      #expect(statements.count { $0.contains("replay") } >= 12)
      for sql in statements where sql.contains("replay") || sql.contains("request") {
        let plan = try await database.read { db in
          try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql.replacing(/\?[0-9]+/, with: "1")).map { $0["detail"] as String }
        }
        // Topics and runs are few; of runs the newest are read from the end of their table.
        let scans = plan.filter { step in ["x", "replay", "request"].contains { step == "SCAN \($0)" || step.hasPrefix("SCAN \($0) ") } }
        #expect(scans.isEmpty, "\(sql)\n\(plan)")
      }
    }
  }

  private final class Statements {
    private(set) var all: Set<String> = []
    func insert(_ sql: String) { all.insert(sql) }
  }
}
