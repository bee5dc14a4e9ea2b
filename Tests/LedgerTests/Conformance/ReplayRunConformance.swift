import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Runs of `replay apply`: their life and their end.
  static let replayRuns: [ConformanceCase] = [
    .one("runs are numbered upwards and reported newest first, of one plan or of all") { ledger in
      var numbers: [Int64] = []
      for plan in [1, 2, 1] as [UInt8] { numbers.append(try await ledger.beginReplay(Sample.run(plan: plan))) }
      #expect(numbers == numbers.sorted() && Set(numbers).count == 3 && numbers[0] >= 1)
      #expect(try await ledger.replayRuns(planHash: nil, limit: 10).map(\.number) == numbers.reversed())
      #expect(try await ledger.replayRuns(planHash: nil, limit: 2).map(\.number) == [numbers[2], numbers[1]])
      #expect(try await ledger.replayRuns(planHash: Sample.run(plan: 1).planHash, limit: 10).map(\.number) == [numbers[2], numbers[0]])
      #expect(try await ledger.replayRuns(planHash: Sample.run(plan: 9).planHash, limit: 10).isEmpty)
      #expect(try await ledger.replayRuns(planHash: nil, limit: 0).isEmpty)
    },
    .one("a report has who, when, which plan, how it ended, and what became of its records") { ledger in
      let run = try Sample.run(user: "ann \u{0} smith")
      let number = try await ledger.beginReplay(run)
      #expect(try await ledger.replayRuns(planHash: nil, limit: 1) == [ReplayRunReport(number: number, run: run)])
      let claims = try (0..<6).map { try Sample.replay(Int64($0), $0 == 5 ? .drop : .retry) }
      _ = try await ledger.claimReplays(claims, run: number)
      _ = try await ledger.recordSent(claims[..<4].map(\.origin), run: number, at: Sample.now)
      let created = ReplayAnswer(outcome: .created, generation: 2)
      let failed = ReplayAnswer(outcome: .failed, generation: 2, errorCode: "GATEWAY_UNAVAILABLE")
      try await ledger.recordAnswers([claims[0].origin: created, claims[1].origin: created, claims[2].origin: failed], at: Sample.now)
      var ended = run
      ended.ended = .init(at: Sample.now + .seconds(5), end: .canaryFailed)
      try await ledger.endReplay(number, try #require(ended.ended))
      try await ledger.endReplay(number, .init(at: Sample.now + .seconds(9), end: .finished))
      #expect(
        try await ledger.replayRuns(planHash: run.planHash, limit: 5) == [
          ReplayRunReport(
            number: number, run: ended, states: [.answered: 3, .sent: 1, .claimed: 1, .dropped: 1], outcomes: [.created: 2, .failed: 1])
        ])
    },
    .one("a run that has ended, or that nobody knows, cannot be kept alive and claims nothing") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      try await ledger.endReplay(run, .init(at: Sample.now, end: .stopped))
      for number in [run, run + 1000] {
        #expect(try await ledger.keepReplay(number, aliveUntil: Sample.now + .seconds(60)) == false)
        for claims in [[try Sample.replay(1)], []] {
          let failure = await #expect(throws: LedgerFailure.self) { _ = try await ledger.claimReplays(claims, run: number) }
          #expect(failure?.code == .replayRunEnded && failure?.isTransient == false)
        }
      }
      #expect(try await ledger.replayRecord(1) == nil)
      try await ledger.endReplay(run + 1000, .init(at: Sample.now, end: .stopped))
    },
    .one("a run that is kept alive keeps what it has claimed") { ledger in
      let (mine, theirs) = (try await ledger.beginReplay(Sample.run()), try await ledger.beginReplay(Sample.run()))
      let claim = try Sample.replay(1)
      _ = try await ledger.claimReplays([claim], run: mine)
      #expect(try await ledger.keepReplay(mine, aliveUntil: Sample.now + .seconds(60)))
      let record = ReplayRecord.claimed(claim, run: mine)
      #expect(try await ledger.claimReplays([claim], run: theirs, now: Sample.now + .seconds(59)) == [.taken(record)])
      #expect(try await ledger.replayRuns(planHash: nil, limit: 2).last?.run.aliveUntil == Sample.now + .seconds(60))
    },
    .one("a claim is a sign of life, which never shortens one") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      for (seconds, alive) in [(10, 25), (20, 35)] {
        _ = try await ledger.claimReplays([Sample.replay(Int64(seconds))], run: run, now: Sample.now + .seconds(seconds))
        #expect(try await ledger.replayRuns(planHash: nil, limit: 1)[0].run.aliveUntil == Sample.now + .seconds(alive))
      }
      #expect(try await ledger.keepReplay(run, aliveUntil: Sample.now + .seconds(90)))
      _ = try await ledger.claimReplays([], run: run, now: Sample.now + .seconds(30))
      #expect(try await ledger.replayRuns(planHash: nil, limit: 1)[0].run.aliveUntil == Sample.now + .seconds(90))
    },
    .one("a run whose time is over goes on while nobody has taken anything of it over, and not after") { ledger in
      let late = try await ledger.beginReplay(Sample.run())
      let claims = [try Sample.replay(1), try Sample.replay(2)]
      _ = try await ledger.claimReplays(claims, run: late)
      let after = Sample.now + .seconds(60)
      #expect(try await ledger.keepReplay(late, aliveUntil: after + .seconds(1)))
      #expect(try await ledger.claimReplays([Sample.replay(3)], run: late, now: after + .seconds(30)) == [.claimed(count: 1)])
      let heir = try await ledger.beginReplay(Sample.run(at: after))
      let moment = after + .seconds(100)
      let passed = ReplayRecord.claimed(claims[0], run: heir, at: moment)
      #expect(try await ledger.claimReplays([claims[0]], run: heir, now: moment) == [.inDoubt(passed)])
      // It was only frozen. It must not send any more, neither what it has lost nor what it still has.
      #expect(try await ledger.keepReplay(late, aliveUntil: moment + .seconds(60)) == false)
      let failure = await #expect(throws: LedgerFailure.self) {
        _ = try await ledger.claimReplays([Sample.replay(4)], run: late, now: moment)
      }
      #expect(failure?.code == .replayRunEnded)
      // What it has sent of its own it may say; the rest is anybody's.
      #expect(try await ledger.recordSent([claims[0].origin, claims[1].origin], run: late, at: moment) == [false, true])
      let left = ReplayRecord.claimed(try Sample.replay(3), run: heir, at: moment)
      let outcome = try await ledger.claimReplays([Sample.replay(3)], run: heir, now: moment)
      guard case .inDoubt(let record) = outcome[0] else { throw UnexpectedClaim() }
      #expect(record == left)
    },
    ConformanceCase("of runs that claim the same origins at once, each origin is one's", isShared: true) { open in
      let ledgers = [try await open(), try await open(), try await open()]
      let claims = try (0..<300).map { try Sample.replay(Int64($0), merchant: "merchant-\($0 % 7)") }
      let won = try await withThrowingTaskGroup(of: [RecordCoordinate].self) { group in
        for (number, ledger) in ledgers.enumerated() {
          group.addTask {
            let run = try await ledger.beginReplay(Sample.run(user: "operator-\(number)"))
            var won: [RecordCoordinate] = []
            let order = number == 1 ? claims.reversed() : claims
            for start in stride(from: 0, to: order.count, by: 40 + number) {
              let batch = Array(order[start..<min(start + 40 + number, order.count)])
              var mine: [RecordCoordinate] = []
              for (claim, outcome) in zip(batch, try await ledger.claimReplays(batch, run: run)) {
                switch outcome {
                case .claimed(count: 1): mine.append(claim.origin)
                case .taken(let record), .settled(let record): #expect(record.run != run)
                default: Issue.record("unexpected \(outcome)")
                }
              }
              // Some are given back, for anybody to have.
              let back = mine.filter { $0.offset % 10 == Int64(number) }
              try await ledger.releaseReplays(back, run: run)
              let kept = mine.filter { $0.offset % 10 != Int64(number) }
              #expect(try await ledger.recordSent(kept, run: run, at: Sample.now) == kept.map { _ in true })
              won += kept
            }
            return won
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(Set(won).count == won.count)
      let records = try await ledgers[0].replayRecords(claims.map(\.origin))
      #expect(records.compactMap(\.self).allSatisfy { $0.state == .sent } && records.compactMap(\.self).count == won.count)
    },
    ConformanceCase("of runs that take over from a dead one at once, each record passes to one", isShared: true) { open in
      let ledgers = [try await open(), try await open()]
      let claims = try (0..<200).map { try Sample.replay(Int64($0)) }
      let dead = try await ledgers[0].beginReplay(Sample.run())
      _ = try await ledgers[0].claimReplays(claims, run: dead)
      let later = Sample.now + .seconds(60)
      let passed = try await withThrowingTaskGroup(of: [RecordCoordinate].self) { group in
        for (number, ledger) in ledgers.enumerated() {
          group.addTask {
            let run = try await ledger.beginReplay(Sample.run(at: later))
            let order = number == 1 ? claims.reversed() : claims
            let outcomes = try await ledger.claimReplays(order, run: run, now: later)
            return zip(order, outcomes).compactMap { claim, outcome in if case .inDoubt = outcome { claim.origin } else { nil } }
          }
        }
        // Meanwhile the dead one may wake up; it is alive then, or it is not, for all of them.
        group.addTask {
          _ = try await ledgers[0].keepReplay(dead, aliveUntil: later + .seconds(60))
          return []
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      let isAlive = try await ledgers[0].keepReplay(dead, aliveUntil: later + .seconds(60))
      #expect(Set(passed).count == passed.count && passed.count == (isAlive ? 0 : 200))
    },
  ]
}
