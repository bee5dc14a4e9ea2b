import CheckoutSession

/// Renews generations; see ``RenewTransaction`` and ``RenewFunction``.
enum PostgresRenewals {
  /// The new keys, in the order of `renewals`. Of two for one key the second never renews: after the first the generation is not the present one, or it may not
  /// be renewed.
  static func run(_ renewals: [GenerationRenewal], at: Timestamp, _ session: PostgresSession) throws -> [ClaimKey?] {
    let round = PostgresRounds.of(renewals, by: \.key).first ?? []
    let rows = try session.run(
      RenewFunction.call,
      [.keys(round.map { renewals[$0].key }), .bools(round.map { renewals[$0].mayBePublished }), .moment(at)])
    var keys = [ClaimKey?](repeating: nil, count: renewals.count)
    for row in 0..<rows.count {
      let ordinal = Int(rows.integer(row, 0)) - 1
      guard round.indices.contains(ordinal) else { throw LedgerFailure.damaged("renew: unexpected ordinal \(ordinal + 1)") }
      keys[round[ordinal]] = GenerationKey.claim(rows.integer(row, 1))
    }
    return keys
  }
}
