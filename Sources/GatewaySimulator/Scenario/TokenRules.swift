/// Who gets a token, and how long it is good (`contract/gateway.md`, "Token").
public struct TokenRules: Hashable, Sendable {
  /// A client that may ask for tokens.
  public struct Client: Hashable, Sendable {
    /// `client_id`.
    public var id: String
    /// `client_secret`; nil: any.
    public var secret: String?
    /// `scope`; nil: any.
    public var scope: String?
    /// The merchants (`X-Merchant-Id`) its tokens are good for; empty: all. Another merchant's call is answered 403.
    public var merchants: Set<String>

    /// Makes a client.
    public init(id: String, secret: String? = nil, scope: String? = nil, merchants: Set<String> = []) {
      self.id = id
      self.secret = secret
      self.scope = scope
      self.merchants = merchants
    }
  }

  /// Session time for which a token is good. The answer's `expires_in` is in real seconds, so a client refreshes in time at any time scale.
  public var lifetime: Duration = .seconds(3594)
  /// Scenario times at which every token issued before stops being good.
  public var expireAllAt: [Duration] = []
  /// Whether calls need a token at all.
  public var required = true
  /// Ready tokens that are always good, for clients that have theirs from a file.
  public var accepted: Set<String> = []
  /// Known clients; empty: any id and secret get a token.
  public var clients: [Client] = []
  /// How long the token endpoint takes, in real time.
  public var latency = DurationDistribution.zero
  /// The share of token requests answered 500.
  public var error500: Double = 0

  /// Any client gets a token that is good for 3594 seconds.
  public init() {}
}
