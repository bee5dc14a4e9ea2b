/// How an origin is reached: directly, or through a proxy.
struct HTTPRoute: Sendable {
  /// A machine to connect to.
  struct Hop: Hashable, Sendable {
    var host: String
    var port: Int

    /// `host:port`, an IPv6 address in brackets.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
  }

  /// Where the requests are meant to end.
  var origin: HTTPURL
  /// The proxy, if there is one on the way.
  var proxy: Hop?
  /// The `Basic` credentials for the proxy.
  var proxyAuthorization: Secret?

  /// The route to `origin`, given what is configured.
  init(to origin: HTTPURL, proxy: ProxyConfiguration?, noProxy: NoProxyList) {
    self.origin = origin
    guard let proxy, !noProxy.contains(host: origin.host, port: origin.port) else { return }
    self.proxy = Hop(host: proxy.host, port: proxy.port)
    proxyAuthorization = proxy.authorization
  }

  /// Where the TCP connection goes.
  var firstHop: Hop { proxy ?? target }
  /// The origin as a hop.
  var target: Hop { Hop(host: origin.host, port: origin.port) }
  /// Whether the proxy is asked for a tunnel: always for https, so that nobody on the way reads along.
  var needsTunnel: Bool { proxy != nil && origin.isSecure }
  /// Whether requests carry the whole URL, as a proxy wants it for plain http.
  var usesAbsoluteForm: Bool { proxy != nil && !origin.isSecure }
}
