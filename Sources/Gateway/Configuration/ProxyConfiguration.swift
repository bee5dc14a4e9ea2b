/// An HTTP proxy on the way to the gateway and the token endpoint: asked for a tunnel for https, for whole URLs with plain http.
public struct ProxyConfiguration: Hashable, Sendable {
  /// The proxy's host.
  public var host: String
  /// The proxy's port.
  public var port: Int
  /// The user and password for `Proxy-Authorization: Basic`, if it wants any.
  public var credentials: (user: String, password: Secret)?

  /// A proxy.
  public init(host: String, port: Int, credentials: (user: String, password: Secret)? = nil) {
    self.host = host
    self.port = port
    self.credentials = credentials
  }

  /// Reads `http://[user:password@]host[:port]`, as in `HTTPS_PROXY`; nil for anything else, a proxy that itself speaks TLS included.
  public init?(url text: String) {
    guard let url = HTTPURL(text.contains("://") ? text : "http://" + text), !url.isSecure, url.path.isEmpty || url.path == "/" else {
      return nil
    }
    self.init(host: url.host, port: url.port)
    guard let userInfo = url.userInfo else { return }
    let parts = userInfo.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = PercentEncoding.decode(parts[0]), let password = PercentEncoding.decode(parts.count > 1 ? parts[1] : "") else {
      return nil
    }
    credentials = (user, Secret(password))
  }

  /// The value after `Basic `.
  var authorization: Secret? {
    credentials.map { Secret(Base64.encode(Array("\($0.user):\($0.password.value)".utf8))) }
  }

  /// Equal in all parts.
  public static func == (lhs: ProxyConfiguration, rhs: ProxyConfiguration) -> Bool {
    lhs.host == rhs.host && lhs.port == rhs.port && lhs.authorization == rhs.authorization
  }

  /// Hashes all parts.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(host)
    hasher.combine(port)
    hasher.combine(authorization)
  }
}
