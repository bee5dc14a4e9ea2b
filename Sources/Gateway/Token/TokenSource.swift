import CheckoutSession

/// Where tokens come from. Lives on the event loop; never blocks it.
protocol TokenSource: AnyObject {
  /// Asks for a token; `completion` is called exactly once, on the event loop, possibly before this returns.
  func fetch(_ completion: @escaping (Result<GrantedToken, GatewayFailure>) -> Void)
}
