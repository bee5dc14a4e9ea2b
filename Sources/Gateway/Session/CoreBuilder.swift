import CheckoutSession
import Logging
import NIOCore

/// Puts the parts of a ``ClientCore`` together.
struct CoreBuilder {
  let plan: ClientPlan
  let eventLoop: any EventLoop
  let wallClock: WallClock
  let logger: Logger
  let metrics: GatewayMetrics

  /// A transport to the origin of `url`.
  func transport(to url: HTTPURL, limits: TransportLimits) -> HTTPTransport {
    let factory = ConnectionFactory(
      route: plan.route(to: url), tlsContext: plan.tlsContext, connectTimeout: limits.connectTimeout)
    return HTTPTransport(eventLoop: eventLoop, factory: factory, limits: limits)
  }

  /// One provider per different token configuration, and for each merchant the index of its own. Token endpoints share a transport per origin.
  func tokenProviders() -> (providers: [TokenProvider], transports: [HTTPTransport], indexes: [Int]) {
    var providers: [TokenProvider] = []
    var known: [TokenConfiguration: Int] = [:]
    var transports: [String: HTTPTransport] = [:]
    let indexes = plan.configuration.merchants.map { merchant in
      if let index = known[merchant.token] { return index }
      known[merchant.token] = providers.count
      providers.append(provider(merchant.token, transports: &transports))
      return providers.count - 1
    }
    return (providers, Array(transports.values), indexes)
  }

  private func provider(_ configuration: TokenConfiguration, transports: inout [String: HTTPTransport]) -> TokenProvider {
    var policy = TokenPolicy()
    let source: any TokenSource
    switch configuration {
    case .fixed(let secret):
      source = FixedTokenSource(secret)
    case .file(let path):
      policy.recheckInterval = .seconds(10)
      source = FileTokenSource(path: path, eventLoop: eventLoop)
    case .clientCredentials(let text, let clientID, let clientSecret, let scope):
      // The configuration was checked, so the text is a URL.
      let url = HTTPURL(text) ?? plan.baseURL
      let transport = transports[url.origin] ?? self.transport(to: url, limits: plan.tokenLimits)
      transports[url.origin] = transport
      source = ClientCredentialsSource(
        transport: transport, url: url, route: plan.route(to: url), clientID: clientID, clientSecret: clientSecret, scope: scope,
        userAgent: plan.configuration.userAgent, wallClock: wallClock)
    }
    return TokenProvider(
      source: source, policy: policy, waitingMax: plan.configuration.maxWaitingRequests, eventLoop: eventLoop, logger: logger,
      metrics: metrics)
  }
}
