import CheckoutSession

/// The numbers that stand for outcomes and statuses in the scratch file.
enum EntryCodes {
  private static let outcomes = ReplyOutcome.allCases
  private static let statuses = SessionStatus.allCases

  static func code(_ outcome: ReplyOutcome) -> Int64 { Int64((outcomes.firstIndex(of: outcome) ?? 0) + 1) }
  static func outcome(_ code: Int64) -> ReplyOutcome? { (1...Int64(outcomes.count)).contains(code) ? outcomes[Int(code) - 1] : nil }
  static func code(_ status: SessionStatus) -> Int64 { Int64((statuses.firstIndex(of: status) ?? 0) + 1) }
  static func status(_ code: Int64) -> SessionStatus? { (1...Int64(statuses.count)).contains(code) ? statuses[Int(code) - 1] : nil }
}
