import CheckoutSession

/// A leased session on its way to the gateway and back.
struct PolledSession: Sendable {
  /// The session; its polls are counted as they leave.
  var session: OutstandingSession
  /// The lease it is polled under.
  let token: SessionLease.Token
  /// When that ends.
  let leaseEnds: Timestamp
  /// Whose it is.
  let merchantIndex: Int
  /// When the last call left.
  var sentAt: Timestamp
  /// How often the call was repeated at once because of its token.
  var tokenRepeats = 0
  /// Whether an answer said that the quota is used up.
  var wasThrottled = false

  /// Whether it has ended and is only read for what its event is to say of the payment.
  var isReread: Bool { session.unpublishedEvent != nil }

  init(_ session: OutstandingSession, token: SessionLease.Token, leaseEnds: Timestamp, merchantIndex: Int) {
    self.session = session
    self.token = token
    self.leaseEnds = leaseEnds
    self.merchantIndex = merchantIndex
    sentAt = session.createdAt
  }
}
