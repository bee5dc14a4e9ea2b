import CheckoutSession

/// Records decisions; see ``RecordTransaction`` and ``RecordFunction``.
enum PostgresDecisions {
  /// What came of each decision, in their order. Throws ``LedgerFailure`` for a key that the ledger does not hold.
  static func run(_ decisions: [NewDecision], _ session: PostgresSession) throws -> [RecordedDecision] {
    let round = PostgresRounds.of(decisions, by: \.key).first ?? []
    let rows: PostgresRows
    do {
      rows = try session.run(RecordFunction.call, parameters(round.map { decisions[$0] }, at: decisions.map(\.reply.decidedAt).max()))
    } catch {
      guard error.sqlState == RecordFunction.unknownClaim else { throw error }
      throw LedgerFailure(code: .unknownClaim, message: error.message, isTransient: false)
    }
    var standing: [ClaimKey: DecidedReply] = [:]
    for row in 0..<rows.count {
      let ordinal = Int(rows.integer(row, 0)) - 1
      guard round.indices.contains(ordinal) else { throw LedgerFailure.damaged("record: unexpected ordinal \(ordinal + 1)") }
      standing[decisions[round[ordinal]].key] = try PostgresDecisionColumns.read(rows, row, from: 1)
    }
    // What stands where nothing stood before is the first one of the batch.
    if round.count < decisions.count {
      for index in round where standing[decisions[index].key] == nil { standing[decisions[index].key] = decisions[index].reply }
    }
    return decisions.map { decision in
      // Our own decision, recorded by a call whose answer was lost: it stands, which is all that the caller wants to know.
      guard let stored = standing[decision.key], stored != decision.reply else { return .recorded }
      return .superseded(stored)
    }
  }

  private static func parameters(_ decisions: [NewDecision], at: Timestamp?) -> [PostgresParameter] {
    let replies = decisions.map(\.reply)
    let sessions = replies.map(\.session)
    let errors = replies.map(\.error)
    func error(_ text: (ReplyError) -> String?) -> PostgresParameter { .texts(errors.map { $0.flatMap(text).map(PostgresText.stored) }) }
    return [
      .keys(decisions.map(\.key)), .integers(replies.map { LedgerCodes.code($0.outcome) }), .integers(replies.map { Int64($0.attempts) }),
      .integers(replies.map(\.decidedAt.millisecondsSinceEpoch)), .texts(sessions.map { $0?.sessionID.rawValue }),
      .texts(sessions.map { $0.map { PostgresText.stored($0.hostedURL) } }),
      .integers(sessions.map { $0?.createdAt.millisecondsSinceEpoch }),
      .integers(sessions.map { $0?.expiresAt.millisecondsSinceEpoch }), error { $0.code }, error { $0.title }, error { $0.detail },
      error { $0.field }, .bools(errors.map { $0?.retryable }), .integers(decisions.map { $0.watch?.firstPollAt.millisecondsSinceEpoch }),
      .byteArrays(decisions.map { $0.watch?.recordKey }), .moment(at),
    ]
  }
}
