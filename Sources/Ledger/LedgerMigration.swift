import CheckoutSession

/// One step of a ledger's schema, and whether the ledger has taken it.
public struct LedgerMigration: Hashable, Sendable {
  /// Its number, from 1; steps are taken in this order.
  public var number: Int
  /// What it brings.
  public var name: String
  /// Whether the ledger has taken it.
  public var isApplied: Bool
  /// When; nil if it has not, and for a SQLite file, which does not keep that.
  public var appliedAt: Timestamp?

  /// Makes a step.
  public init(number: Int, name: String, isApplied: Bool, appliedAt: Timestamp? = nil) {
    self.number = number
    self.name = name
    self.isApplied = isApplied
    self.appliedAt = appliedAt
  }
}
