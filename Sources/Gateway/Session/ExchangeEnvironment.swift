import CheckoutSession
import NIOCore

/// What every ``GatewayExchange`` of one client needs.
final class ExchangeEnvironment {
  let timekeeper: GatewayTimekeeper
  let hostedURLRule: HostedURLRule
  /// How long a session lives.
  let sessionLifetime: Duration
  let metrics: GatewayMetrics
  /// How late a call that makes a session may be sent for want of a token.
  let tokenWaitMax: TimeAmount
  /// This host's time of day.
  var wallClock: WallClock { timekeeper.hostClock }
  /// Keeps its memory from answer to answer.
  var jsonReader = JSONReader()

  init(
    timekeeper: GatewayTimekeeper, hostedURLRule: HostedURLRule, sessionLifetime: Duration, metrics: GatewayMetrics,
    tokenWaitMax: TimeAmount
  ) {
    self.timekeeper = timekeeper
    self.hostedURLRule = hostedURLRule
    self.sessionLifetime = sessionLifetime
    self.metrics = metrics
    self.tokenWaitMax = tokenWaitMax
  }
}
