import CheckoutSession
import Ledger
import Testing

extension ConformanceCase {
  /// What becomes of claimed records, and what is kept of them.
  static let replayRecords: [ConformanceCase] = [
    .one("what is sent is settled, and not searched for any more") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let claim = try Sample.replay(1)
      _ = try await ledger.claimReplays([claim], run: run)
      let at = Sample.now + .seconds(1)
      #expect(
        try await ledger.recordSent([claim.origin, Sample.origin(2), Sample.origin(1, topic: "none")], run: run, at: at) == [
          true, false, false,
        ])
      #expect(try await ledger.replayRecord(1) == ReplayRecord.claimed(claim, run: run).sent(at: at))
      #expect(try await ledger.recordSent([], run: run, at: at).isEmpty)
    },
    .one("a run that has ended may still say what it sent") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      _ = try await ledger.claimReplays([Sample.replay(1)], run: run)
      try await ledger.endReplay(run, .init(at: Sample.now, end: .stopped))
      #expect(try await ledger.recordSent([Sample.origin(1)], run: run, at: Sample.now) == [true])
    },
    .one("what is given back can be claimed as if it never had been") { ledger in
      let (run, other) = (try await ledger.beginReplay(Sample.run()), try await ledger.beginReplay(Sample.run()))
      let claims = [try Sample.replay(1), try Sample.replay(2)]
      _ = try await ledger.claimReplays(claims, run: run)
      _ = try await ledger.recordSent([claims[1].origin], run: run, at: Sample.now)
      try await ledger.releaseReplays([claims[0].origin, claims[0].origin], run: other)
      #expect(try await ledger.replayRecord(1) != nil, "it is not the other's")
      for _ in 0..<2 { try await ledger.releaseReplays(claims.map(\.origin) + [Sample.origin(9, topic: "none")], run: run) }
      #expect(try await ledger.replayRecords(claims.map(\.origin)).map { $0?.state } == [nil, .sent])
      let again = try Sample.replay(1, .edit)
      #expect(try await ledger.claimReplays([again], run: other, searchFrom: [5: 5]) == [.claimed(count: 1)])
      #expect(try await ledger.replayRecord(1) == .claimed(again, run: other, searchFrom: [5: 5]))
    },
    .one("the first answer stays, whoever has seen it, and proves that the record was sent") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let claims = try (1...3).map { try Sample.replay($0, $0 == 3 ? .drop : .retry) }
      _ = try await ledger.claimReplays(claims, run: run)
      _ = try await ledger.recordSent([claims[0].origin], run: run, at: Sample.now)
      let first = ReplayAnswer(outcome: .rejected, generation: 2, errorCode: "VALIDATION \u{0}")
      let second = ReplayAnswer(outcome: .created, generation: 3)
      let at = Sample.now + .seconds(2)
      let places = claims.map(\.origin) + [Sample.origin(7), Sample.origin(7, topic: "none")]
      try await ledger.recordAnswers(Dictionary(uniqueKeysWithValues: places.map { ($0, first) }), at: at)
      try await ledger.recordAnswers(Dictionary(uniqueKeysWithValues: places.map { ($0, second) }), at: at + .seconds(1))
      try await ledger.recordAnswers([:], at: at)
      for (offset, sentAt) in [(Int64(1), Sample.now), (2, at)] {
        var expected = ReplayRecord.claimed(claims[Int(offset) - 1], run: run).sent(at: sentAt)
        (expected.state, expected.answer) = (.answered, first)
        #expect(try await ledger.replayRecord(offset) == expected)
        #expect(try await ledger.claimReplays([claims[Int(offset) - 1]], run: run) == [.settled(expected)])
      }
      #expect(try await ledger.recordSent([claims[1].origin], run: run, at: at) == [true], "its acknowledgement came later")
      #expect(try await ledger.replayRecords([Sample.origin(3), Sample.origin(7)]).map { $0?.state } == [.dropped, nil])
    },
    .one("records are read in the order of topic, partition and offset, a page at a time") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let other = try await ledger.beginReplay(Sample.run())
      // Names in another order than they are first seen in.
      var claims: [ReplayClaim] = []
      for topic in ["b", "c", "a"] {
        for partition in [2, 0, 1] as [Int32] {
          for offset in [30, 4, 200] as [Int64] { claims.append(try Sample.replay(offset, partition: partition, topic: topic)) }
        }
      }
      _ = try await ledger.claimReplays(claims, run: run)
      _ = try await ledger.claimReplays([Sample.replay(5, partition: 0, topic: "b"), Sample.replay(5, topic: "0")], run: other)
      let sorted = claims.map(\.origin).sorted { ($0.topic, $0.partition, $0.offset) < ($1.topic, $1.partition, $1.offset) }
      for limit in [1, 2, 5, 26, 27, 1000] {
        var read: [RecordCoordinate] = []
        while true {
          let page = try await ledger.replayPage(of: run, after: read.last, limit: limit).map(\.claim.origin)
          read += page
          if page.count < limit { break }
        }
        #expect(read == sorted, "\(limit)")
      }
      #expect(try await ledger.replayPage(of: run, after: nil, limit: 0).isEmpty)
      #expect(try await ledger.replayPage(of: 99, after: nil, limit: 10).isEmpty)
    },
    .one("pruning forgets old records, and runs that have none left, and numbers no run twice") { ledger in
      let old = Sample.now - .seconds(864_000)
      let runs = [try await ledger.beginReplay(Sample.run(at: old)), try await ledger.beginReplay(Sample.run(at: old))]
      let idle = try await ledger.beginReplay(Sample.run(at: old))
      _ = try await ledger.claimReplays((1...5).map { try Sample.replay($0) }, run: runs[0], now: old)
      _ = try await ledger.claimReplays([Sample.replay(6)], run: runs[1], now: old)
      _ = try await ledger.keepReplay(runs[1], aliveUntil: Sample.now + .seconds(5))
      _ = try await ledger.claimReplays([Sample.replay(7)], run: runs[1])
      let cutoff = Sample.now - .seconds(3600)
      #expect(try await ledger.prunableReplays(claimedBefore: cutoff) == 6)
      #expect(try await ledger.prunableReplays(claimedBefore: old) == 0)
      #expect(try await ledger.pruneReplays(claimedBefore: cutoff, limit: 0) == 0)
      #expect(try await ledger.pruneReplays(claimedBefore: cutoff, limit: 4) == 4)
      #expect(try await ledger.pruneReplays(claimedBefore: cutoff, limit: 4) == 4, "two records and two runs")
      #expect(try await ledger.pruneReplays(claimedBefore: cutoff, limit: 4) == 0)
      #expect(try await ledger.replayRuns(planHash: nil, limit: 9).map(\.number) == [runs[1]])
      #expect(try await ledger.replayRecords([Sample.origin(6), Sample.origin(7)]).map { $0?.state } == [nil, .claimed])
      #expect(try await ledger.pruneReplays(claimedBefore: Sample.now + .seconds(16), limit: 10) == 2)
      #expect(try await ledger.beginReplay(Sample.run()) > idle)
    },
    .one("every replay call may be made again, as if its answer had been lost") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      let claim = try Sample.replay(1)
      #expect(try await ledger.claimReplays([claim], run: run) == [.claimed(count: 1)])
      #expect(try await ledger.claimReplays([claim], run: run) == [.inDoubt(.claimed(claim, run: run))])
      for _ in 0..<2 { #expect(try await ledger.keepReplay(run, aliveUntil: Sample.now + .seconds(60))) }
      for seconds in 0..<2 { #expect(try await ledger.recordSent([claim.origin], run: run, at: Sample.now + .seconds(seconds)) == [true]) }
      #expect(try await ledger.replayRecord(1)?.sentAt == Sample.now)
      let answer = ReplayAnswer(outcome: .created, generation: 1)
      for _ in 0..<2 { try await ledger.recordAnswers([claim.origin: answer], at: Sample.now) }
      #expect(try await ledger.recordSent([claim.origin], run: run, at: Sample.now) == [true])
      for _ in 0..<2 { try await ledger.endReplay(run, .init(at: Sample.now, end: .finished)) }
      let report = try await ledger.replayRuns(planHash: nil, limit: 1)[0]
      #expect(report.states == [.answered: 1] && report.outcomes == [.created: 1] && report.run.ended?.end == .finished)
    },
    .one("texts of a replay may have any character in them") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      for (number, text) in ["\u{0}", "\u{1A}0", "'\"\\$1;--{},NULL", "\u{10FFFF}", "", "e\u{301}"].enumerated() {
        var claim = try Sample.replay(Int64(number), requestID: text, merchant: "m\(text)", .drop)
        claim.reason = text
        _ = try await ledger.claimReplays([claim], run: run)
        #expect(try await ledger.replayRecord(Int64(number))?.claim == claim)
      }
    },
    .one("a cancelled task claims nothing, and still writes down what has happened") { ledger in
      let run = try await ledger.beginReplay(Sample.run())
      _ = try await ledger.claimReplays([Sample.replay(1)], run: run)
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        for call in [
          { _ = try await ledger.claimReplays([Sample.replay(2)], run: run) }, { _ = try await ledger.beginReplay(Sample.run()) },
          { _ = try await ledger.rehearse([Sample.claim("a")], at: Sample.now) },
        ] as [@Sendable () async throws -> Void] {
          let failure = await #expect(throws: LedgerFailure.self) { try await call() }
          #expect(failure?.code == .cancelled)
        }
        #expect(try await ledger.recordSent([Sample.origin(1)], run: run, at: Sample.now) == [true])
        try await ledger.endReplay(run, .init(at: Sample.now, end: .stopped))
      }
      try await task.value
      #expect(try await ledger.replayRecord(2) == nil)
      #expect(try await ledger.replayRuns(planHash: nil, limit: 9).map { $0.run.ended != nil } == [true])
    },
  ]
}
