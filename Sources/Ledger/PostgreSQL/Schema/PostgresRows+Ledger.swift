import CheckoutSession

extension PostgresRows {
  /// A text that was stored by ``PostgresText``; nil for null.
  func foreignText(_ row: Int, _ column: Int) -> String? { text(row, column).map(PostgresText.read) }

  /// A moment in milliseconds; nil for null.
  func timestamp(_ row: Int, _ column: Int) -> Timestamp? { optionalInteger(row, column).map(Timestamp.init(millisecondsSinceEpoch:)) }
}

extension PostgresParameter {
  /// A moment in milliseconds, or null.
  static func moment(_ value: Timestamp?) -> PostgresParameter { .integer(value?.millisecondsSinceEpoch) }

  /// The keys of generations.
  static func keys(_ keys: some Sequence<ClaimKey>) -> PostgresParameter { .integers(keys.map(GenerationKey.key)) }
}

extension LedgerFailure {
  /// The database holds what no ledger of ours writes.
  static func damaged(_ detail: String) -> LedgerFailure { LedgerFailure(code: .corrupt, message: detail, isTransient: false) }
}
