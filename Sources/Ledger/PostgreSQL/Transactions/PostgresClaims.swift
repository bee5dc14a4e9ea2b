import CheckoutSession

/// Claims a batch; see ``ClaimTransaction`` for what each request comes to and ``ReplayingClaimFunction`` for how.
enum PostgresClaims {
  /// What is known about each request, in their order. One that stands twice in the batch is seen twice.
  static func run(_ claims: [RequestClaim], at: Timestamp, _ session: PostgresSession) throws -> [ClaimOutcome] {
    var outcomes = [ClaimOutcome?](repeating: nil, count: claims.count)
    try PostgresRounds.run(rounds(claims), session) { try claim(claims, $0, at: at, &outcomes, session) }
    return try complete(outcomes)
  }

  /// What would be known about each; nothing is left of it.
  static func rehearse(_ claims: [RequestClaim], at: Timestamp, _ session: PostgresSession) throws -> [ClaimOutcome] {
    try session.rehearsal { session in
      var outcomes = [ClaimOutcome?](repeating: nil, count: claims.count)
      for round in rounds(claims) { try claim(claims, round, at: at, &outcomes, session) }
      return try complete(outcomes)
    }
  }

  /// Identities that are spelled with other bytes but mean the same characters get rounds of their own, too; they need none.
  private static func rounds(_ claims: [RequestClaim]) -> [[Int]] { PostgresRounds.of(claims, by: \.identity) }

  private static func claim(
    _ claims: [RequestClaim], _ round: [Int], at: Timestamp, _ outcomes: inout [ClaimOutcome?], _ session: PostgresSession
  ) throws {
    let rows = try session.run(ReplayingClaimFunction.call, parameters(round.map { claims[$0] }, at: at))
    for row in 0..<rows.count {
      let ordinal = Int(rows.integer(row, 0)) - 1
      guard round.indices.contains(ordinal) else { throw LedgerFailure.damaged("claim: unexpected ordinal \(ordinal + 1)") }
      outcomes[round[ordinal]] = try outcome(rows, row)
    }
  }

  private static func complete(_ outcomes: [ClaimOutcome?]) throws -> [ClaimOutcome] {
    try outcomes.map { outcome in
      guard let outcome else { throw LedgerFailure.damaged("claim: a request without an outcome") }
      return outcome
    }
  }

  private static func outcome(_ rows: PostgresRows, _ row: Int) throws(LedgerFailure) -> ClaimOutcome {
    let key = GenerationKey.claim(rows.integer(row, 2))
    switch ClaimFunction.Verdict(rawValue: rows.integer(row, 1)) {
    case .new: return .new(key)
    case .inDoubt: return .inDoubt(key)
    case .decided: return .decided(key, try PostgresDecisionColumns.read(rows, row, from: 3))
    case .conflict: return .conflict
    case nil: throw .damaged("claim: unexpected verdict \(rows.integer(row, 1))")
    }
  }

  private static func parameters(_ claims: [RequestClaim], at: Timestamp) -> [PostgresParameter] {
    var merchants = PlacedNames()
    var topics = PlacedNames()
    let merchant = claims.map { merchants.place(of: PostgresText.stored($0.identity.merchantID)) as Int64? }
    let topic = claims.map { topics.place(of: $0.source.topic) as Int64? }
    return [
      .texts(merchants.names), .texts(topics.names), .integers(merchant), .texts(claims.map { PostgresText.stored($0.identity.requestID) }),
      .byteArrays(claims.map(\.bodyHash.bytes)), .integers(claims.map { LedgerCodes.code($0.mode) }),
      .texts(claims.map { $0.merchantTransactionID.map(PostgresText.stored) }), .integers(claims.map { Int64($0.replayCount) }),
      .integers(topic), .integers(claims.map { Int64($0.source.partition) }), .integers(claims.map(\.source.offset)),
      .byteArrays(claims.map { $0.replaces?.bytes }), .bools(claims.map(\.wantsNewSession)), .moment(at),
    ]
  }
}
