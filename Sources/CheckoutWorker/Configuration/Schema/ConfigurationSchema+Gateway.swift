extension ConfigurationSchema {
  /// `gateway.*`.
  static let gatewayEntries: [ConfigurationEntry<ConfigurationDraft>] =
    addressRows.map { $0.lifted(into: \.gateway, prefix: "gateway.") }
    + tokenRows.map { $0.lifted(into: \.gateway.token, prefix: "gateway.") }
    + (limitRows + proxyRows).map { $0.lifted(into: \.gateway, prefix: "gateway.") }

  private static let addressRows: [ConfigurationEntry<GatewayDraft>] = {
    let draft = GatewayDraft()
    return [
      ConfigurationEntry(
        "environment", \.environment, .choice, of: draft,
        "`prod` and `stage` fill in the addresses below from `contract/gateway.md`; with `custom` they must be given."),
      ConfigurationEntry(
        "baseURL", optional: \.baseURL, .httpURL, remark: "by environment",
        example: "https://gateway.example.com/api/financial/commerce/checkout/v1",
        "Address of the interface, up to and without `/sessions`. Plain http only to loopback unless `gateway.allowPlaintext`."),
      ConfigurationEntry(
        "basePath", optional: \.basePath, .urlPath, remark: "by environment", example: "/api/financial/commerce/checkout/v1",
        "Replaces only the path of the environment's address. Not together with `gateway.baseURL`."),
      ConfigurationEntry(
        "hostedURLOrigin", optional: \.hostedURLOrigin, .httpsOrigin, remark: "by environment", example: "https://wallet.example.com",
        "Every `hostedUrl` must be on this host, else it is not published."),
      ConfigurationEntry(
        "appEnv", optional: \.appEnv, .headerText, remark: "by environment", example: "stage", "`appEnv` in every `hostedUrl`."),
      ConfigurationEntry(
        "caFile", optional: \.caFile, .text("a path", type: "path"), remark: "none", example: "/etc/ssl/certs/gateway-ca.pem",
        "PEM file with certificate authorities to trust beside the system's."),
      ConfigurationEntry(
        "allowPlaintext", \.allowPlaintext, .boolean, of: draft,
        "Allow plain http to hosts other than loopback. Tokens and customer data then travel in the open."),
    ]
  }()

  private static let proxyRows: [ConfigurationEntry<GatewayDraft>] = {
    let draft = GatewayDraft()
    return [
      ConfigurationEntry(
        "proxy.url", optional: \.proxyURL, .proxyURL, example: "http://proxy.example.com:3128",
        "HTTP proxy on the way to the gateway and the token endpoint."),
      ConfigurationEntry("proxy.user", optional: \.proxyUser, .headerText, example: "worker", "User for the proxy, if it wants one."),
      ConfigurationEntry(
        "proxy.passwordFile", optional: \.proxyPasswordFile, .text("a path", type: "path"), example: "/run/credentials/proxy-password",
        "File that holds the user's password."),
      ConfigurationEntry("proxy.password", secret: \.proxyPassword, "The user's password itself."),
      ConfigurationEntry(
        "proxy.noProxy", \.noProxy, .hosts, of: draft, remark: "none", "Hosts reached without the proxy, as in `NO_PROXY`."),
    ]
  }()

  private static let limitRows: [ConfigurationEntry<GatewayDraft>] = {
    let draft = GatewayDraft()
    return [
      ConfigurationEntry(
        "maxConcurrentRequests", \.maxConcurrentRequests, .integer(in: 1...1024), of: draft,
        "Connections kept alive, one request in flight on each. All processes over one ledger share them out with the quota, rounded down, but one each at least; if no quota is limited, each has all of them."
      ),
      ConfigurationEntry(
        "quota.requestsPerSecond", \.quota.requestsPerSecond, .rate, of: draft,
        "What all processes over one ledger may send together, all merchants: they share it out among themselves. Hosts with ledgers of their own get a part each."
      ),
      ConfigurationEntry(
        "quota.burst", \.quota.burst, .integer(in: 1...100_000), of: draft,
        "Requests that may go at once after a pause, of all processes over one ledger together. They share it out, rounded down, but one each at least, so at the worst it is exceeded by one less than there are processes."
      ),
      ConfigurationEntry(
        "connectTimeout", \.connectTimeout, .duration(in: .milliseconds(1) ... .seconds(60)), of: draft,
        "Deadline for a connection, TLS and proxy included."),
      ConfigurationEntry(
        "requestTimeout", \.requestTimeout, .duration(in: .milliseconds(1) ... .seconds(120)), of: draft,
        "Deadline for one request; after it the request is in doubt. At most `creation.batchDeadline`."),
      ConfigurationEntry(
        "idleTimeout", \.idleTimeout, .duration(in: .milliseconds(1) ... .seconds(3600)), of: draft,
        "An unused connection is closed after this."),
      ConfigurationEntry(
        "maxConnectionAge", \.maxConnectionAge, .duration(in: .milliseconds(1) ... .seconds(86_400)), of: draft,
        "Any connection is closed after this, so that changes of DNS take hold."),
      ConfigurationEntry(
        "answerBytesMax", \.answerBytesMax, .bytes(in: 1024...16 << 20), of: draft, "Longer answers are cut off and count as failed."),
      ConfigurationEntry(
        "headerBytesMax", \.headerBytesMax, .bytes(in: 1024...1 << 20), of: draft, "Answers with a longer header block count as failed."),
      ConfigurationEntry(
        "timeScale", \.timeScale, .number(in: 1...1000), of: draft,
        "For a simulator that runs with the same `--time-scale`: a session's lifetime, `reconciliation.grace`, `.unresolvedAfter` and `.schedule`, and `creation.minimumRemainingLifetime` are divided by it. Only with `gateway.environment: custom`."
      ),
    ]
  }()

  /// `token` and `token.*`, for the gateway and for a merchant.
  static let tokenRows: [ConfigurationEntry<TokenDraft>] = [
    ConfigurationEntry(
      "token.url", optional: \.url, .httpURL, remark: "by environment", example: "https://api.example.com/oauth2/token",
      "Token endpoint for client credentials."),
    ConfigurationEntry("token.clientId", optional: \.clientId, .headerText, example: "checkout-worker", "`client_id`."),
    ConfigurationEntry(
      "token.clientSecretFile", optional: \.clientSecretFile, .text("a path", type: "path"), example: "/run/credentials/client-secret",
      "File that holds `client_secret`; read again for every new token."),
    ConfigurationEntry("token.clientSecret", secret: \.clientSecret, "`client_secret` itself."),
    ConfigurationEntry(
      "token.scope", optional: \.scope, .text("a scope"), remark: "by environment", example: "financial/commerce/checkout:merchant",
      "`scope`, several separated by spaces."),
    ConfigurationEntry(
      "token.file", optional: \.file, .text("a path", type: "path"), example: "/run/credentials/token",
      "File that holds a ready token, in place of client credentials; read again when the token is refused."),
    ConfigurationEntry("token", secret: \.value, "A ready token, in place of client credentials."),
  ]
}
