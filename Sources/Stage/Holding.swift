import CheckoutSession

/// That a stage holds what it has: nothing is lost and nothing is given up for it, and nothing goes on either.
public struct Holding: Hashable, Sendable {
  /// Who does not work.
  public enum Part: Int, CaseIterable, Sendable {
    /// The payment gateway.
    case gateway
    /// The gateway, for every merchant: it refuses them.
    case credentials
    /// The ledger.
    case ledger
    /// The Kafka cluster.
    case broker
  }

  /// Who does not work.
  public var part: Part
  /// Why, at present.
  public var reason: HoldingReason
  /// Since when.
  public var since: Timestamp

  /// Makes a holding.
  public init(part: Part, reason: HoldingReason, since: Timestamp) {
    self.part = part
    self.reason = reason
    self.since = since
  }
}
