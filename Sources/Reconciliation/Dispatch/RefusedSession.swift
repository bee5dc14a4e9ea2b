/// A session that the gateway refuses to speak about.
struct RefusedSession: Hashable, Sendable {
  /// Its merchant.
  let merchantIndex: Int
  /// How often in a row it was refused.
  var refusals = 0

  init(merchantIndex: Int) { self.merchantIndex = merchantIndex }

  /// A run that ends by itself does not wait for this one any more. One refusal may be the gateway's slip: a new token that is not known everywhere yet.
  var isGivenUp: Bool { refusals >= 3 }
}
