import CheckoutSession

/// What a ledger keeps of replays, by the rules of `ReplayStore`.
struct FakeLedgerState: Sendable {
  var runs: [Int64: ReplayRun] = [:]
  var records: [RecordCoordinate: ReplayRecord] = [:]

  var reports: [ReplayRunReport] {
    runs.keys.sorted(by: >).map { number in
      let mine = records.values.filter { $0.run == number }
      return ReplayRunReport(
        number: number, run: runs[number] ?? Self.none, states: Dictionary(grouping: mine, by: \.state).mapValues(\.count))
    }
  }
  private static let none = ReplayRun(
    planHash: BodyHash(of: []), user: "", host: "", startedAt: Timestamp(millisecondsSinceEpoch: 0),
    aliveUntil: Timestamp(millisecondsSinceEpoch: 0))

  mutating func begin(_ run: ReplayRun) -> Int64 {
    let number = Int64(runs.count + 1)
    runs[number] = run
    return number
  }

  mutating func keep(_ number: Int64, _ aliveUntil: Timestamp) -> Bool {
    guard let run = runs[number], run.ended == nil else { return false }
    runs[number]?.aliveUntil = max(run.aliveUntil, aliveUntil)
    return true
  }

  mutating func claim(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp, now: Timestamp
  ) -> [ReplayClaimOutcome] {
    claims.map { claim in
      guard var known = records[claim.origin] else {
        let count = claim.replayCount + 1
        guard claim.action != .drop else {
          records[claim.origin] = ReplayRecord(claim: claim, run: run, state: .dropped, count: 0, claimedAt: at)
          return .claimed(count: 0)
        }
        guard count <= attemptsMax ?? .max else { return .overLimit(replayed: count - 1) }
        records[claim.origin] = ReplayRecord(
          claim: claim, run: run, state: .claimed, count: count, claimedAt: at, searchFrom: searchFrom)
        return .claimed(count: count)
      }
      guard known.state == .claimed else { return .settled(known) }
      let holder = runs[known.run]
      guard known.run == run || holder?.ended != nil || (holder?.aliveUntil ?? now) <= now else { return .taken(known) }
      known.run = run
      records[claim.origin] = known
      return .inDoubt(known)
    }
  }

  mutating func sent(_ origins: [RecordCoordinate], run: Int64, at: Timestamp) -> [Bool] {
    origins.map { origin in
      guard let record = records[origin], record.run == run, record.state == .claimed else { return false }
      records[origin]?.state = .sent
      records[origin]?.sentAt = at
      records[origin]?.searchFrom = [:]
      return true
    }
  }

  mutating func release(_ origins: [RecordCoordinate], run: Int64) {
    for origin in origins where records[origin]?.run == run && records[origin]?.state == .claimed { records[origin] = nil }
  }

  mutating func answers(_ answers: [RecordCoordinate: ReplayAnswer]) {
    for (origin, answer) in answers where records[origin]?.state == .sent {
      records[origin]?.state = .answered
      records[origin]?.answer = answer
    }
  }
}
