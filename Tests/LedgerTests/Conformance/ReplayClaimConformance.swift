import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// Claims of failed records: whose each is, and with which count it is sent.
  static let replayClaims: [ConformanceCase] = [
    .one("a failed record is claimed once, and kept as it was claimed") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let claims = [try Sample.replay(1), try Sample.replay(2, .edit, replayCount: 1), try Sample.replay(3, merchant: "m2", .retryNew)]
      #expect(try await ledger.claimReplays(claims, run: run) == [.claimed(count: 1), .claimed(count: 2), .claimed(count: 1)])
      let records = zip(claims, [1, 2, 1]).map { ReplayRecord.claimed($0, run: run, count: $1) }
      #expect(try await ledger.replayRecords(claims.map(\.origin)) == records)
      #expect(try await ledger.replayRecord(4) == nil)
      #expect(try await ledger.replayRecords([]).isEmpty)
    },
    .one("the count is one more than the highest that the dead letter or the ledger knows") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      try await ledger.settle(Sample.claim("failed-1"), Sample.declined(.failed))
      _ = try await ledger.claim([Sample.claim("failed-1", replayCount: 2)], at: Sample.now)
      #expect(
        try await ledger.claimReplays(
          [Sample.replay(1), Sample.replay(2, requestID: "failed-1", replayCount: 4)], run: run, attemptsMax: 5)
          == [.claimed(count: 3), .claimed(count: 5)])
    },
    .one("what was replayed too often is not claimed, unless there is no limit, or it is dropped") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      try await ledger.settle(Sample.claim("failed-1"), Sample.declined(.failed))
      _ = try await ledger.claim([Sample.claim("failed-1", replayCount: 3)], at: Sample.now)
      let claims = [try Sample.replay(1), try Sample.replay(2, replayCount: 7), try Sample.replay(3, replayCount: 2)]
      let outcomes = try await ledger.claimReplays(claims, run: run, attemptsMax: 3)
      #expect(outcomes == [.overLimit(replayed: 3), .overLimit(replayed: 7), .claimed(count: 3)])
      #expect(try await ledger.replayRecords([Sample.origin(1), Sample.origin(2)]) == [nil, nil])
      #expect(try await ledger.claimReplays([claims[0]], run: run, attemptsMax: nil) == [.claimed(count: 4)])
      #expect(try await ledger.claimReplays([Sample.replay(2, .drop, replayCount: 7)], run: run, attemptsMax: 3) == [.claimed(count: 0)])
    },
    .one("over the limit is asked only of what is not claimed yet") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let claim = try Sample.replay(1, replayCount: 3)
      _ = try await ledger.claimReplays([claim], run: run, attemptsMax: nil)
      #expect(try await ledger.recordSent([claim.origin], run: run, at: Sample.now) == [true])
      let sent = ReplayRecord.claimed(claim, run: run, count: 4).sent(at: Sample.now)
      #expect(try await ledger.claimReplays([claim], run: run, attemptsMax: 3) == [.settled(sent)])
    },
    .one("a drop is settled with the claim, whatever is claimed later") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let drop = try Sample.replay(1, .drop, replayCount: 1)
      #expect(try await ledger.claimReplays([drop], run: run) == [.claimed(count: 0)])
      let dropped = ReplayRecord(claim: drop, run: run, state: .dropped, count: 0, claimedAt: Sample.now)
      let later = try await ledger.beginReplay(Sample.run())
      #expect(try await ledger.claimReplays([Sample.replay(1), drop], run: later) == [.settled(dropped), .settled(dropped)])
      #expect(try await ledger.recordSent([drop.origin], run: run, at: Sample.now) == [false])
      try await ledger.releaseReplays([drop.origin], run: run)
      #expect(try await ledger.replayRecord(1) == dropped)
    },
    .one("the second claim of an origin in one call is like a later one") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let (first, second) = (try Sample.replay(1), try Sample.replay(1, letter: 5000))
      let drops = [try Sample.replay(2, .drop), try Sample.replay(2, .drop)]
      let over = [try Sample.replay(3, replayCount: 9), try Sample.replay(3, .drop)]
      let outcomes = try await ledger.claimReplays([first, second, drops[0], first, drops[1]] + over, run: run)
      let taken = ReplayClaimOutcome.taken(.claimed(first, run: run))
      let dropped = ReplayRecord(claim: drops[0], run: run, state: .dropped, count: 0, claimedAt: Sample.now)
      #expect(outcomes[..<5] == [.claimed(count: 1), taken, .claimed(count: 0), taken, .settled(dropped)])
      #expect(outcomes[5...] == [.overLimit(replayed: 9), .claimed(count: 0)])
    },
    .one("a place is topic, partition and offset together") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let claims = [
        try Sample.replay(1), try Sample.replay(1, partition: 4), try Sample.replay(1, topic: "checkout.other-requests"),
        try Sample.replay(1, partition: .max, topic: "t"), try Sample.replay(.max, letter: .max),
      ]
      #expect(try await ledger.claimReplays(claims, run: run) == claims.map { _ in .claimed(count: 1) })
      #expect(try await ledger.replayRecords(claims.map(\.origin)) == claims.map { .claimed($0, run: run) })
    },
    .one("what a run that is alive has claimed is taken, and settled once it is sent") { ledger in
      let (mine, theirs) = (try await ledger.beginReplay(Sample.run()), try await ledger.beginReplay(Sample.run(user: "ben")))
      let claim = try Sample.replay(1)
      _ = try await ledger.claimReplays([claim], run: mine)
      let record = ReplayRecord.claimed(claim, run: mine)
      let last = Sample.now + Sample.runLease - .milliseconds(1)
      #expect(try await ledger.claimReplays([claim, claim], run: theirs, now: last) == [.taken(record), .taken(record)])
      #expect(try await ledger.recordSent([claim.origin], run: mine, at: last) == [true])
      #expect(try await ledger.claimReplays([claim], run: theirs, now: last + .seconds(99)) == [.settled(record.sent(at: last))])
    },
    .one("what a dead run has claimed passes in doubt, with its count and where to search") { ledger in
      let dead = try await ledger.beginReplay(Sample.run())
      let claim = try Sample.replay(1)
      _ = try await ledger.claimReplays([claim], run: dead)
      let later = Sample.now + Sample.runLease
      let heir = try await ledger.beginReplay(Sample.run(at: later))
      // By now the worker has seen the replay, and the topic has grown: neither counts for what may have been sent.
      _ = try await ledger.claim([Sample.claim("failed-1", replayCount: 1)], at: later)
      let outcomes = try await ledger.claimReplays([claim, claim], run: heir, searchFrom: [0: 900, 3: 700], attemptsMax: 1, now: later)
      let record = ReplayRecord.claimed(claim, run: heir, at: later)
      #expect(outcomes == [.inDoubt(record), .taken(record)])
      #expect(try await ledger.replayRecord(1) == record)
      #expect(try await ledger.recordSent([claim.origin], run: dead, at: later) == [false])
      #expect(try await ledger.recordSent([claim.origin], run: heir, at: later) == [true])
    },
    .one("in doubt through two deaths it is searched for from where the first one stood") { ledger in
      let claim = try Sample.replay(1)
      var now = Sample.now
      var runs: [Int64] = []
      for round in 0..<4 {
        let run = try await ledger.beginReplay(Sample.run(at: now))
        let ends: [Int32: Int64] = round == 0 ? Sample.topicEnds : [0: Int64(round) * 1000]
        let outcomes = try await ledger.claimReplays([claim], run: run, searchFrom: ends, now: now)
        let expected = ReplayRecord.claimed(claim, run: run, at: now)
        #expect(outcomes == [round == 0 ? .claimed(count: 1) : .inDoubt(expected)])
        runs.append(run)
        now = now + Sample.runLease
      }
      let reports = try await ledger.replayRuns(planHash: nil, limit: 10)
      #expect(reports.map(\.number) == runs.reversed() && reports.map(\.takenOverBy) == [nil] + runs.dropFirst().reversed())
    },
    .one("what a run has claimed itself is in doubt when it claims it again") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let claim = try Sample.replay(1)
      _ = try await ledger.claimReplays([claim], run: run)
      let record = ReplayRecord.claimed(claim, run: run)
      let outcomes = try await ledger.claimReplays([claim], run: run, searchFrom: [:], now: Sample.now + .seconds(1))
      #expect(outcomes == [.inDoubt(record)])
    },
    .one("with the end of a run what it has not sent is in doubt at once") { ledger in
      for end in ReplayRun.End.allCases {
        let run = try await ledger.beginReplay(Sample.run())
        let offset = Int64(end.rawValue.count)
        _ = try await ledger.claimReplays([Sample.replay(offset), Sample.replay(offset + 50)], run: run)
        _ = try await ledger.recordSent([Sample.origin(offset + 50)], run: run, at: Sample.now)
        try await ledger.endReplay(run, .init(at: Sample.now, end: end))
        let heir = try await ledger.beginReplay(Sample.run())
        let outcomes = try await ledger.claimReplays([Sample.replay(offset), Sample.replay(offset + 50)], run: heir)
        guard case .inDoubt(let passed) = outcomes[0], case .settled(let sent) = outcomes[1] else { throw UnexpectedClaim() }
        #expect(passed.run == heir && sent.run == run)
        #expect(try await ledger.replayRuns(planHash: nil, limit: 2).last?.takenOverBy == nil, "it had ended by itself")
      }
    },
    .one("a skip is not claimed") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let failure = await #expect(throws: LedgerFailure.self) {
        _ = try await ledger.claimReplays([Sample.replay(1), Sample.replay(2, .skip)], run: run)
      }
      #expect(failure?.code == .unexpected && failure?.isTransient == false)
      #expect(try await ledger.replayRecord(1) == nil)
    },
  ]
}
