import CheckoutSession

/// The numbers that stand for outcomes, modes, statuses and lanes in the file, where a word would cost 7 to 22 bytes a row. The views
/// `readable_…` show the words. A number never changes its meaning.
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

  /// The mode of a number; nil if this program knows none.
  static func mode(_ code: Int64) -> SessionMode? { SessionMode.allCases.first { Self.code($0) == code } }

  /// The number of a status. The two that nearly all rows have are 0 and 1, which SQLite stores without a byte.
  static func code(_ status: SessionStatus) -> Int64 {
    switch status {
    case .accepted: 0
    case .created: 1
    case .unresolved: 2
    case .completed: 3
    case .failed: 4
    case .canceled: 5
    case .timedOut: 6
    case .notFound: 7
    }
  }

  /// The status of a number; nil if this program knows none.
  static func status(_ code: Int64) -> SessionStatus? { SessionStatus.allCases.first { Self.code($0) == code } }

  /// The number of a lane.
  static func code(_ lane: QuotaMember.Lane) -> Int64 {
    switch lane {
    case .creation: 1
    case .reconciliation: 2
    }
  }

  /// The lane of a number; nil if this program knows none.
  static func lane(_ code: Int64) -> QuotaMember.Lane? { QuotaMember.Lane.allCases.first { Self.code($0) == code } }

  /// `CASE column WHEN 1 THEN 'CREATED' … END`, for the view.
  static func outcomeSQL(_ column: String) -> String {
    caseSQL(column, ReplyOutcome.allCases.map { (code($0), $0.rawValue) })
  }

  /// `CASE column WHEN 1 THEN 'PAYMENT' … END`, for the view.
  static func modeSQL(_ column: String) -> String { caseSQL(column, SessionMode.allCases.map { (code($0), $0.rawValue) }) }

  /// `CASE column WHEN 0 THEN 'ACCEPTED' … END`, for the views.
  static func statusSQL(_ column: String) -> String { caseSQL(column, SessionStatus.allCases.map { (code($0), $0.rawValue) }) }

  /// `CASE column WHEN code THEN 'WORD' … END`, for the views.
  static func caseSQL(_ column: String, _ words: [(code: Int64, word: String)]) -> String {
    "CASE \(column) " + words.map { "WHEN \($0.code) THEN '\($0.word)' " }.joined() + "ELSE \(column) END"
  }
}
