import CheckoutSession

/// A leased session on its way to the gateway and back.
struct PolledSession: Sendable {
  /// The session; its polls are counted as they leave.
  var session: OutstandingSession
  /// The lease it is polled under.
  let lease: HeldLease
  /// Whose it is.
  let merchantIndex: Int
  /// When the last call left, as the session is judged (``JudgedMoment/judged``).
  var sentAt: Timestamp
  /// The same by the clock that is never set.
  var sentTime: Duration = .zero
  /// What its answer said of the gateway's clock.
  var gatewayTime: GatewayTime?
  /// How often the call was repeated at once because of its token.
  var tokenRepeats = 0
  /// How many answers said that the quota is used up.
  var throttles = 0

  /// Whether it has ended and is only read for what its event is to say of the payment.
  var isReread: Bool { session.unpublishedEvent != nil }

  init(_ session: OutstandingSession, under lease: HeldLease, merchantIndex: Int) {
    self.session = session
    self.lease = lease
    self.merchantIndex = merchantIndex
    sentAt = session.createdAt
  }
}
