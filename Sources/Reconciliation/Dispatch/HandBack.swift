import CheckoutSession

/// A leased session that is given back without a result.
struct HandBack: Sendable {
  /// Why.
  enum Reason: Sendable {
    /// Nobody gets through: no connection, no token, or a long `Retry-After`. As good as silence.
    case unreachable
    /// The gateway refuses the merchant: says nothing about the session.
    case refused
    /// Its turn in the quota did not come in time.
    case late
    /// The stage is draining.
    case stopping
  }

  /// The session.
  var key: ClaimKey
  /// The lease that ends.
  var token: SessionLease.Token
  /// When it is due again.
  var dueAt: Timestamp
}
