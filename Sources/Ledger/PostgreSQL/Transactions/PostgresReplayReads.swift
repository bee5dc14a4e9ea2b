import CheckoutSession

/// Reads what is known of replays; see ``ReplayReadFunction``.
enum PostgresReplayReads {
  /// The records of some origins, in their order.
  static func records(_ origins: [RecordCoordinate], _ session: PostgresSession) throws -> [ReplayRecord?] {
    let rows = try session.run(ReplayReadFunction.recordsCall, PostgresReplays.places(origins))
    var records = [ReplayRecord?](repeating: nil, count: origins.count)
    for row in 0..<rows.count {
      let ordinal = Int(rows.integer(row, 0)) - 1
      guard records.indices.contains(ordinal) else { throw LedgerFailure.damaged("replay_records: unexpected ordinal \(ordinal + 1)") }
      records[ordinal] = try PostgresReplayColumns.read(rows, row, from: 1)
    }
    return records
  }

  /// At most `limit` records of a run after a place.
  static func page(of run: Int64, after origin: RecordCoordinate?, limit: Int, _ session: PostgresSession) throws -> [ReplayRecord] {
    let rows = try session.run(
      ReplayReadFunction.pageCall,
      [
        .integer(run), .text(origin?.topic), .integer(origin.map { Int64($0.partition) }), .integer(origin?.offset), .integer(Int64(limit)),
      ])
    return try (0..<rows.count).map { try PostgresReplayColumns.read(rows, $0, from: 0) }
  }

  /// The latest runs, newest first.
  static func runs(planHash: BodyHash?, limit: Int, _ session: PostgresSession) throws -> [ReplayRunReport] {
    let rows = try session.run(ReplayReadFunction.runsCall, [.bytes(planHash?.bytes), .integer(Int64(limit))])
    var reports: [ReplayRunReport] = []
    for row in 0..<rows.count {
      if reports.last?.number != rows.integer(row, 0) { reports.append(try report(rows, row)) }
      let (last, count) = (reports.endIndex - 1, Int(rows.integer(row, 11)))
      if let state = rows.optionalInteger(row, 9).flatMap(LedgerCodes.replayState) { reports[last].states[state, default: 0] += count }
      if let outcome = rows.optionalInteger(row, 10).flatMap(LedgerCodes.outcome) { reports[last].outcomes[outcome, default: 0] += count }
    }
    return reports
  }

  private static func report(_ rows: PostgresRows, _ row: Int) throws -> ReplayRunReport {
    guard let planHash = rows.bytes(row, 1).flatMap(BodyHash.init) else {
      throw LedgerFailure.damaged("replay_run.plan_hash: expected 32 bytes")
    }
    let ended = rows.timestamp(row, 6).flatMap { at in
      LedgerCodes.replayEnd(rows.integer(row, 7)).map { ReplayRun.Ending(at: at, end: $0) }
    }
    let run = ReplayRun(
      planHash: planHash, user: rows.foreignText(row, 2) ?? "", host: rows.foreignText(row, 3) ?? "",
      startedAt: Timestamp(millisecondsSinceEpoch: rows.integer(row, 4)),
      aliveUntil: Timestamp(millisecondsSinceEpoch: rows.integer(row, 5)), ended: ended)
    return ReplayRunReport(number: rows.integer(row, 0), run: run, takenOverBy: rows.optionalInteger(row, 8))
  }
}
