import CheckoutSession

/// Claims a batch; see ``ClaimTransaction`` for what each request comes to and ``ClaimFunction`` for how.
enum PostgresClaims {
  /// What is known about each request, in their order. One that stands twice in the batch is seen twice.
  static func run(_ claims: [RequestClaim], at: Timestamp, _ session: PostgresSession) throws -> [ClaimOutcome] {
    // Identities that are spelled with other bytes but mean the same characters get rounds of their own, too; they need none.
    let rounds = PostgresRounds.of(claims, by: \.identity)
    var outcomes = [ClaimOutcome?](repeating: nil, count: claims.count)
    try PostgresRounds.run(rounds, session) { round in
      let rows = try session.run(ClaimFunction.call, parameters(round.map { claims[$0] }, at: at))
      for row in 0..<rows.count {
        let ordinal = Int(rows.integer(row, 0)) - 1
        guard round.indices.contains(ordinal) else { throw LedgerFailure.damaged("claim: unexpected ordinal \(ordinal + 1)") }
        outcomes[round[ordinal]] = try outcome(rows, row)
      }
    }
    return try outcomes.map { outcome in
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
      .integers(topic), .integers(claims.map { Int64($0.source.partition) }), .integers(claims.map(\.source.offset)), .moment(at),
    ]
  }
}

/// The different names of a batch, each with its place, from 1. Names are bytes: two spellings of one character are two names.
private struct PlacedNames {
  private(set) var names: [String?] = []
  private var places: [[UInt8]: Int64] = [:]
  private var last: (name: String, place: Int64)?

  mutating func place(of name: String) -> Int64 {
    // Records come by topic and, as a rule, by merchant.
    if let last, last.name.utf8.elementsEqual(name.utf8) { return last.place }
    let bytes = Array(name.utf8)
    let place = places[bytes] ?? Int64(names.count + 1)
    if place > names.count {
      names.append(name)
      places[bytes] = place
    }
    last = (name, place)
    return place
  }
}
