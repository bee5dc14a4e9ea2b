extension WorkerConfiguration {
  /// In whose name sessions are made: `merchants.*`.
  public struct Merchants: Sendable, Equatable {
    /// All merchants, ordered by name.
    public var all: [Merchant]
    /// The name of the merchant for requests without a `merchant-id` header; nil: such requests are rejected.
    public var defaultName: String?

    /// The merchant for requests without a `merchant-id` header.
    public var defaultMerchant: Merchant? { all.first { $0.name == defaultName } }

    /// The merchant that a `merchant-id` header selects. Letter case does not matter in a UUID.
    public func merchant(withId id: String) -> Merchant? {
      all.first { $0.id.lowercased() == id.lowercased() }
    }
  }

  /// One merchant: `merchants.<name>.*`.
  public struct Merchant: Sendable, Equatable {
    /// The name it has in the configuration, for logs and metrics.
    public var name: String
    /// `X-Merchant-Id`, a UUID.
    public var id: String
    /// `X-Upstream-Env`.
    public var upstreamEnv: String
    /// Its own share inside `gateway.quota`; nil: only the shared quota holds.
    public var quota: Quota?
    /// Its access token. Nil only when the configuration was loaded for a command that does not call the gateway.
    public var token: WorkerConfiguration.Token?
  }
}
