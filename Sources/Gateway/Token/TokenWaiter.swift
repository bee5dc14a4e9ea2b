import CheckoutSession

/// A call that needs a token.
protocol TokenWaiter: AnyObject {
  /// There is a token: go on.
  func tokenIsThere()
  /// There is none, and waiting is no use.
  func tokenIsMissing(_ failure: GatewayFailure)
}
