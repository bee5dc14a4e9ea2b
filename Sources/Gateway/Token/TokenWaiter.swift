import CheckoutSession
import NIOCore

/// A call that needs a token.
protocol TokenWaiter: AnyObject {
  /// There is a token: go on. `wait` is how long it was waited for.
  func tokenIsThere(after wait: TimeAmount)
  /// There is none, and waiting is no use.
  func tokenIsMissing(_ failure: GatewayFailure)
}
