import CheckoutSession
import NIOCore

/// What every ``GatewayExchange`` of one client needs.
final class ExchangeEnvironment {
  let wallClock: WallClock
  let hostedURLRule: HostedURLRule
  /// How long a session lives.
  let sessionLifetime: Duration
  let metrics: GatewayMetrics
  /// How late a call that makes a session may be sent for want of a token.
  let tokenWaitMax: TimeAmount
  /// Keeps its memory from answer to answer.
  var jsonReader = JSONReader()

  init(wallClock: WallClock, hostedURLRule: HostedURLRule, sessionLifetime: Duration, metrics: GatewayMetrics, tokenWaitMax: TimeAmount) {
    self.wallClock = wallClock
    self.hostedURLRule = hostedURLRule
    self.sessionLifetime = sessionLifetime
    self.metrics = metrics
    self.tokenWaitMax = tokenWaitMax
  }
}
