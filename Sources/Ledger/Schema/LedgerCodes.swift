import CheckoutSession

/// The numbers that stand for outcomes and modes in the file, where a word would cost 7 to 22 bytes a row. The view `readable_request`
/// shows the words. A number never changes its meaning.
enum LedgerCodes {
  /// The number of an outcome.
  static func code(_ outcome: ReplyOutcome) -> Int64 {
    switch outcome {
    case .created: 1
    case .rejected: 2
    case .expired: 3
    case .failed: 4
    }
  }

  /// The outcome of a number; nil if this program knows none.
  static func outcome(_ code: Int64) -> ReplyOutcome? { ReplyOutcome.allCases.first { Self.code($0) == code } }

  /// The number of a mode.
  static func code(_ mode: SessionMode) -> Int64 {
    switch mode {
    case .payment: 1
    case .paymentWithWallet: 2
    case .paymentMethodEntry: 3
    case .paymentMethodSelect: 4
    case .paymentMethodDisplay: 5
    }
  }

  /// `CASE column WHEN 1 THEN 'CREATED' … END`, for the view.
  static func outcomeSQL(_ column: String) -> String {
    caseSQL(column, ReplyOutcome.allCases.map { (code($0), $0.rawValue) })
  }

  /// `CASE column WHEN 1 THEN 'PAYMENT' … END`, for the view.
  static func modeSQL(_ column: String) -> String { caseSQL(column, SessionMode.allCases.map { (code($0), $0.rawValue) }) }

  private static func caseSQL(_ column: String, _ words: [(code: Int64, word: String)]) -> String {
    "CASE \(column) " + words.map { "WHEN \($0.code) THEN '\($0.word)' " }.joined() + "ELSE \(column) END"
  }
}
