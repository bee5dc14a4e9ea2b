import CheckoutSession

/// One request of the demo, with what has to become of it.
struct DemoRequest: Sendable {
  /// What a request is meant to show.
  enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A request that can work.
    case valid = "valid"
    /// One that breaks a rule of the contract, or is not JSON.
    case invalid = "invalid"
    /// The same request once more.
    case repeated = "repeated"
    /// Another body under the identity of an earlier request.
    case conflicting = "conflicting"
    /// One that nobody waits for any more.
    case expired = "expired"
  }

  /// What it is meant to show.
  var kind: Kind
  /// The record's key: the order.
  var key: String
  /// `ce_id`.
  var requestID: String
  /// `payment.merchantTransactionId` for modes with a payment.
  var merchantTransactionID: String?
  /// The request's mode.
  var mode: SessionMode
  /// The record's value.
  var body: String
  /// `ce_expirytime`, for expired ones.
  var expiresAt: Timestamp?

  /// The outcome that its reply must have (`FAILED` is allowed beside `CREATED`: the gateway fails on purpose).
  var expected: ReplyOutcome {
    switch kind {
    case .valid, .repeated: .created
    case .invalid, .conflicting: .rejected
    case .expired: .expired
    }
  }
}
