extension WorkerConfiguration {
  /// The gateway's REST interface: `gateway.*`, `contract/gateway.md`.
  public struct Gateway: Sendable, Equatable {
    /// Which of the gateway's environments this is.
    public var environment: GatewayEnvironment
    /// Up to and without `/sessions`, no slash at its end.
    public var baseURL: String
    /// `https://host` that every `hostedUrl` must have.
    public var hostedURLOrigin: String
    /// `appEnv` in every `hostedUrl`; nil in a custom environment that does not say.
    public var appEnv: String?
    /// Connections kept alive, one request in flight on each.
    public var maxConcurrentRequests: Int
    /// The quota all merchants and all processes over one ledger share.
    public var quota: Quota
    /// How many times faster than real the gateway's time runs. More than 1 only for a simulator (``GatewayEnvironment/custom``): every duration of the
    /// gateway's contract and of the poll schedule is divided by it.
    public var timeScale: Double
    /// How long a connection may take, TLS included.
    public var connectTimeout: Duration
    /// How long one request may take, from the first byte sent to the last byte read.
    public var requestTimeout: Duration
    /// How long an unused connection is kept. Shorter than the gateway's own time, or requests run into closing connections.
    public var idleTimeout: Duration
    /// How long any connection is kept: how soon changes of DNS take hold.
    public var maxConnectionAge: Duration
    /// Largest body of an answer, in bytes.
    public var answerBytesMax: Int
    /// Largest header block of an answer, in bytes.
    public var headerBytesMax: Int
    /// Plain http to hosts other than loopback.
    public var allowPlaintext: Bool
    /// PEM file with authorities to trust beside the system's.
    public var caFile: String?
    /// The proxy on the way to the gateway, if any.
    public var proxy: Proxy?
  }

  /// An HTTP proxy: `gateway.proxy.*`.
  public struct Proxy: Sendable, Equatable {
    /// `http://host:port` of the proxy; https requests go through it with `CONNECT`.
    public var url: String
    /// The user for `Proxy-Authorization: Basic`, if it wants any.
    public var user: String?
    /// The password that belongs to ``user``.
    public var password: SecretSource?
    /// Hosts that are reached without it, in the form of `NO_PROXY`: names, `.suffix`, addresses, `*`.
    public var noProxy: [String]
  }

  /// A share of requests over time: `….quota.*`.
  public struct Quota: Sendable, Equatable {
    /// The rate that is never exceeded on average.
    public var requestsPerSecond: RequestRate = .perSecond(50)
    /// How many requests may go at once after a pause.
    public var burst = 10
  }
}
