import CheckoutSession

/// What the gateway client needs to know. The keys are those of `design/architecture.md`, "Configuration keys".
public struct GatewayConfiguration: Hashable, Sendable {
  /// `gateway.baseURL`: up to and without `/sessions`.
  public var baseURL: String
  /// `gateway.hostedURLOrigin`: `https://host` that every `hostedUrl` must have.
  public var hostedURLOrigin: String
  /// The `appEnv` that every `hostedUrl` must carry; nil: any.
  public var appEnvironment: String?
  /// The merchants; their position is ``CheckoutSession/CreateSessionCall/merchantIndex``.
  public var merchants: [MerchantConfiguration]
  /// `gateway.maxConcurrentRequests`: connections kept alive, 1...4096.
  public var maxConcurrentRequests = 64
  /// Calls that may wait for a connection; more are refused as transient failures.
  public var maxWaitingRequests = 65_536
  /// How late a call that makes a session may leave for want of a token. One that waited longer ends with `TOKEN_EXPIRED` when the token
  /// comes, to take its turn in the quota again: calls must not pile up and leave all at once.
  public var tokenWaitMax = Duration.milliseconds(50)
  /// `gateway.connectTimeout`: DNS, TCP, tunnel and TLS together.
  public var connectTimeout = Duration.seconds(2)
  /// `gateway.requestTimeout`: from beginning to send (or to open the connection for it) to the last byte of the answer.
  public var requestTimeout = Duration.seconds(15)
  /// `gateway.idleTimeout`: how long a connection is kept without a request. Shorter than the gateway's own, or requests run into closing
  /// connections.
  public var idleTimeout = Duration.seconds(30)
  /// `gateway.maxConnectionAge`: how soon changes of DNS take hold.
  public var maxConnectionAge = Duration.seconds(300)
  /// `gateway.answerBytesMax`: larger answers are cut off.
  public var answerBytesMax = 1024 * 1024
  /// `gateway.headerBytesMax`: larger header blocks are refused.
  public var headerBytesMax = 32 * 1024
  /// `gateway.allowPlaintext`: plain http to other machines too. Tokens and customers' data are then readable on the way.
  public var allowPlaintext = false
  /// `gateway.caFile`: PEM certificates trusted beside the system's.
  public var caFile: String?
  /// `gateway.proxy`.
  public var proxy: ProxyConfiguration?
  /// `gateway.noProxy`.
  public var noProxy = NoProxyList([])
  /// How long a session lives from its creation; the contract's 15 minutes but for a simulator whose time runs faster (`gateway.timeScale`).
  public var sessionLifetime = CreatedSession.lifetime
  /// The `User-Agent` header.
  public var userAgent = "checkout-session-worker"

  /// A configuration with the defaults.
  public init(baseURL: String, hostedURLOrigin: String, merchants: [MerchantConfiguration]) {
    self.baseURL = baseURL
    self.hostedURLOrigin = hostedURLOrigin
    self.merchants = merchants
  }

  /// Everything that is wrong; empty if it can be used. Touches neither network nor files.
  public func problems() -> [GatewayConfigurationError.Problem] {
    var checks = ConfigurationChecks()
    checks.baseURL(baseURL, allowPlaintext: allowPlaintext)
    checks.hostedURLOrigin(hostedURLOrigin, appEnvironment: appEnvironment)
    checks.range("gateway.maxConcurrentRequests", maxConcurrentRequests, 1...4096)
    checks.range("gateway.maxWaitingRequests", maxWaitingRequests, 1...1_000_000)
    checks.range("gateway.answerBytesMax", answerBytesMax, 1024...(16 * 1024 * 1024))
    checks.range("gateway.headerBytesMax", headerBytesMax, 1024...(1024 * 1024))
    checks.positive("gateway.tokenWaitMax", tokenWaitMax)
    checks.positive("gateway.connectTimeout", connectTimeout)
    checks.positive("gateway.requestTimeout", requestTimeout)
    checks.positive("gateway.idleTimeout", idleTimeout)
    checks.positive("gateway.maxConnectionAge", maxConnectionAge)
    for entry in noProxy.invalidEntries { checks.add("gateway.noProxy", "\(entry) is no host, address, range or *") }
    checks.headerText("gateway.userAgent", userAgent)
    checks.merchants(merchants, allowPlaintext: allowPlaintext)
    return checks.problems
  }
}
