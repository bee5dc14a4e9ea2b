import CheckoutSession
import NIOCore

/// What every ``GatewayExchange`` of one client needs.
final class ExchangeEnvironment {
  let wallClock: WallClock
  let hostedURLRule: HostedURLRule
  let metrics: GatewayMetrics
  /// Keeps its memory from answer to answer.
  var jsonReader = JSONReader()

  init(wallClock: WallClock, hostedURLRule: HostedURLRule, metrics: GatewayMetrics) {
    self.wallClock = wallClock
    self.hostedURLRule = hostedURLRule
    self.metrics = metrics
  }
}
