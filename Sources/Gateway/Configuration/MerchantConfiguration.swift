/// One merchant: whose sessions are made, and with which token (`merchants.<name>.…`).
public struct MerchantConfiguration: Hashable, Sendable {
  /// The name in the configuration, for people and metrics.
  public var name: String
  /// `X-Merchant-Id`, a UUID.
  public var id: String
  /// `X-Upstream-Env`, sent as it is.
  public var upstreamEnv: String
  /// Where its token comes from.
  public var token: TokenConfiguration

  /// A merchant.
  public init(name: String, id: String, upstreamEnv: String, token: TokenConfiguration) {
    self.name = name
    self.id = id
    self.upstreamEnv = upstreamEnv
    self.token = token
  }
}
