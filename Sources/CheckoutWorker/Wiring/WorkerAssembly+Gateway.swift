import Gateway

extension WorkerAssembly {
  /// The gateway client. The proxy's password is read now; files with tokens and client secrets are read by the client, again and again.
  /// - Throws: ``SecretFileError``.
  func gateway() throws(SecretFileError) -> GatewayConfiguration {
    let keys = configuration.gateway
    var merchants: [MerchantConfiguration] = []
    for merchant in configuration.merchants.all {
      guard let token = merchant.token else { continue }
      merchants.append(
        MerchantConfiguration(
          name: merchant.name, id: merchant.id, upstreamEnv: merchant.upstreamEnv, token: Self.token(token)))
    }
    var gateway = GatewayConfiguration(baseURL: keys.baseURL, hostedURLOrigin: keys.hostedURLOrigin, merchants: merchants)
    gateway.maxConcurrentRequests = keys.maxConcurrentRequests
    gateway.connectTimeout = keys.connectTimeout
    gateway.requestTimeout = keys.requestTimeout
    gateway.idleTimeout = keys.idleTimeout
    gateway.maxConnectionAge = keys.maxConnectionAge
    gateway.answerBytesMax = keys.answerBytesMax
    gateway.headerBytesMax = keys.headerBytesMax
    gateway.allowPlaintext = keys.allowPlaintext
    gateway.caFile = keys.caFile
    if let proxy = keys.proxy {
      gateway.proxy = ProxyConfiguration(url: proxy.url)
      if let user = proxy.user {
        gateway.proxy?.credentials = (user, Gateway.Secret(try proxy.password?.read().reveal() ?? ""))
      }
      gateway.noProxy = NoProxyList(proxy.noProxy)
    }
    gateway.sessionLifetime = sessionLifetime
    gateway.appEnvironment = keys.appEnv
    gateway.userAgent = "checkout-session-worker/\(WorkerVersion.current)"
    return gateway
  }

  private static func token(_ token: WorkerConfiguration.Token) -> Gateway.TokenConfiguration {
    switch token {
    case .clientCredentials(let credentials):
      .clientCredentials(
        url: credentials.url, clientID: credentials.clientId, clientSecret: clientSecret(credentials.clientSecret),
        scope: credentials.scope)
    case .ready(.file(let path)): .file(path: path)
    case .ready(.value(let secret)): .fixed(Gateway.Secret(secret.reveal()))
    }
  }

  private static func clientSecret(_ source: SecretSource) -> ClientSecret {
    switch source {
    case .file(let path): .file(path: path)
    case .value(let secret): .value(Gateway.Secret(secret.reveal()))
    }
  }
}
