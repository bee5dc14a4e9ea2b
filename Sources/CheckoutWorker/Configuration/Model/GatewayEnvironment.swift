/// Which of the gateway's environments the worker talks to (`contract/gateway.md`, Environments and Token).
public enum GatewayEnvironment: String, Sendable, CaseIterable {
  /// Real shoppers, real money.
  case prod
  /// The vendor's test environment.
  case stage
  /// Anything else: a simulator, a benchmark. Every address must be given.
  case custom

  /// The addresses that belong to an environment.
  struct Addresses: Sendable {
    let host: String
    let basePath: String
    let hostedURLOrigin: String
    let appEnv: String
    let tokenURL: String
    let tokenScope: String
  }

  /// The addresses of prod and stage; nil for `custom`, which has none of its own.
  var addresses: Addresses? {
    switch self {
    case .prod:
      Addresses(
        host: "https://api.uhg.com", basePath: "/api/financial/commerce/checkout/v1", hostedURLOrigin: "https://wallet.healthsafepay.com",
        appEnv: "prod", tokenURL: "https://api.uhg.com/oauth2/token", tokenScope: "financial/commerce/checkout:merchant")
    case .stage:
      Addresses(
        host: "https://api-stg.uhg.com", basePath: "/api/financial/commerce/nonprodcheckout/v1",
        hostedURLOrigin: "https://stg-wallet.healthsafepay.com", appEnv: "stage", tokenURL: "https://api.uhg.com/oauth2/token",
        tokenScope: "financial/commerce/nonprodcheckout:merchant")
    case .custom: nil
    }
  }

  /// The scope asked for when neither the environment nor the configuration names one.
  static let defaultTokenScope = "https://api.uhg.com/.default"
}
