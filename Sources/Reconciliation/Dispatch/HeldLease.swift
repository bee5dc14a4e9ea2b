import CheckoutSession

/// The lease under which a session is in hand.
struct HeldLease: Hashable, Sendable {
  /// Names it.
  let token: SessionLease.Token
  /// When it ends.
  let ends: Timestamp
}
