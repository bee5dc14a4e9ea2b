import CheckoutSession

/// A ready token from the environment: always the same.
final class FixedTokenSource: TokenSource {
  private let secret: Secret

  /// - Parameter secret: checked with the configuration.
  init(_ secret: Secret) {
    self.secret = secret
  }

  func fetch(_ completion: @escaping (Result<GrantedToken, GatewayFailure>) -> Void) {
    completion(.success(GrantedToken(secret: secret)))
  }
}
