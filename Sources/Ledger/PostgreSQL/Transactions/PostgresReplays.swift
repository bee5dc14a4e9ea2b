import CheckoutSession

/// Claims failed records and writes down what became of them; see ``ReplayClaimTransaction``, ``ReplayProgressTransaction`` and the functions of the schema.
enum PostgresReplays {
  /// Claims records for a run; an outcome for each, in their order.
  static func claim(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp, _ session: PostgresSession
  ) throws -> [ReplayClaimOutcome] {
    var outcomes = [ReplayClaimOutcome?](repeating: nil, count: claims.count)
    // What an earlier round of this very call has got: in a later one it is the run's own already.
    var held: Set<RecordCoordinate> = []
    let rounds = PostgresRounds.of(claims, by: \.origin)
    // A call without claims is a sign of life all the same.
    try PostgresRounds.run(rounds.isEmpty ? [[]] : rounds, session) { round in
      let parameters =
        parameters(round.map { claims[$0] }) + [
          .bytes(SearchStart.stored(searchFrom)), .integer(run), .integer(attemptsMax.map(Int64.init)), .moment(at),
        ]
      let rows: PostgresRows
      do {
        rows = try session.run(ReplayClaimFunction.call, parameters)
      } catch let error as PostgresError where error.sqlState == ReplayClaimFunction.runEnded {
        throw LedgerFailure.replayRunEnded(run)
      }
      for row in 0..<rows.count {
        let ordinal = Int(rows.integer(row, 0)) - 1
        guard round.indices.contains(ordinal) else { throw LedgerFailure.damaged("claim_replays: unexpected ordinal \(ordinal + 1)") }
        outcomes[round[ordinal]] = try outcome(rows, row, isHeld: held.contains(claims[round[ordinal]].origin))
      }
      for index in round {
        switch outcomes[index] {
        case .claimed, .inDoubt: held.insert(claims[index].origin)
        default: break
        }
      }
    }
    return try outcomes.map { outcome in
      guard let outcome else { throw LedgerFailure.damaged("claim_replays: a record without an outcome") }
      return outcome
    }
  }

  /// Whether each is known as sent by the run now, in their order.
  static func send(_ origins: [RecordCoordinate], run: Int64, at: Timestamp, _ session: PostgresSession) throws -> [Bool] {
    let rows = try session.run(ReplayProgressFunction.sendCall, places(origins) + [.integer(run), .moment(at)])
    var sent = [Bool](repeating: false, count: origins.count)
    for row in 0..<rows.count {
      let ordinal = Int(rows.integer(row, 0)) - 1
      guard sent.indices.contains(ordinal) else { throw LedgerFailure.damaged("record_sent: unexpected ordinal \(ordinal + 1)") }
      sent[ordinal] = true
    }
    return sent
  }

  /// Writes answers down, each where there is none.
  static func answer(_ answers: [RecordCoordinate: ReplayAnswer], at: Timestamp, _ session: PostgresSession) throws {
    let origins = Array(answers.keys)
    let answers = origins.map { answers[$0] }
    _ = try session.run(
      ReplayProgressFunction.answerCall,
      places(origins) + [
        .integers(answers.map { $0.map { LedgerCodes.code($0.outcome) } }), .integers(answers.map { $0.map { Int64($0.generation) } }),
        .texts(answers.map { ($0?.errorCode).map(PostgresText.stored) }), .moment(at),
      ])
  }

  /// Places as the functions take them, whose parameters they begin.
  static func places(_ origins: [RecordCoordinate]) -> [PostgresParameter] {
    var topics = PlacedNames()
    let topic = origins.map { topics.place(of: $0.topic) as Int64? }
    return [
      .texts(topics.names), .integers(topic), .integers(origins.map { Int64($0.partition) }), .integers(origins.map(\.offset)),
    ]
  }

  private static func parameters(_ claims: [ReplayClaim]) -> [PostgresParameter] {
    var topics = PlacedNames()
    var merchants = PlacedNames()
    let topic = claims.map { topics.place(of: $0.origin.topic) as Int64? }
    let letterTopic = claims.map { topics.place(of: $0.deadLetter.topic) as Int64? }
    let merchant = claims.map { merchants.place(of: PostgresText.stored($0.identity.merchantID)) as Int64? }
    return [
      .texts(topics.names), .texts(merchants.names), .integers(topic), .integers(claims.map { Int64($0.origin.partition) }),
      .integers(claims.map(\.origin.offset)), .integers(letterTopic), .integers(claims.map { Int64($0.deadLetter.partition) }),
      .integers(claims.map(\.deadLetter.offset)), .integers(merchant), .texts(claims.map { PostgresText.stored($0.identity.requestID) }),
      .integers(claims.map { LedgerCodes.code($0.action) }), .byteArrays(claims.map { $0.bodyHash?.bytes }),
      .byteArrays(claims.map { $0.originalHash?.bytes }), .integers(claims.map { Int64($0.replayCount) }),
      .texts(claims.map { $0.reason.map(PostgresText.stored) }),
    ]
  }

  private static func outcome(_ rows: PostgresRows, _ row: Int, isHeld: Bool) throws -> ReplayClaimOutcome {
    let count = Int(rows.integer(row, 2))
    switch ReplayClaimFunction.Verdict(rawValue: rows.integer(row, 1)) {
    case .claimed: return .claimed(count: count)
    case .overLimit: return .overLimit(replayed: count)
    case .inDoubt:
      let record = try PostgresReplayColumns.read(rows, row, from: 3)
      return isHeld ? .taken(record) : .inDoubt(record)
    case .taken: return .taken(try PostgresReplayColumns.read(rows, row, from: 3))
    case .settled: return .settled(try PostgresReplayColumns.read(rows, row, from: 3))
    case nil: throw LedgerFailure.damaged("claim_replays: unexpected verdict \(rows.integer(row, 1))")
    }
  }
}
