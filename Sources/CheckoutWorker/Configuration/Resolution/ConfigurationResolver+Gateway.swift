import FoundationEssentials

extension ConfigurationResolver {
  /// `gateway.*`: addresses by environment, and only safe ones.
  mutating func resolveGateway() -> WorkerConfiguration.Gateway {
    let gateway = draft.gateway
    let known = gateway.environment.addresses
    let baseURL = resolveBaseURL()
    checkTransport(of: baseURL, key: "gateway.baseURL")
    if let url = gateway.token.url { checkTransport(of: url, key: "gateway.token.url") }
    let origin = gateway.hostedURLOrigin ?? known?.hostedURLOrigin
    if origin == nil, needsGateway { report("gateway.hostedURLOrigin", Self.requiredByCustom) }
    if gateway.allowPlaintext, gateway.environment == .prod {
      report("gateway.allowPlaintext", "must not be true in prod: shoppers' data would travel in the open")
    }
    if gateway.timeScale != 1, gateway.environment != .custom {
      report(
        "gateway.timeScale",
        "must be 1 unless gateway.environment is custom: time runs faster only at a simulator, and sessions would be given up while shoppers pay"
      )
    }
    if let path = gateway.caFile { checkReadable(path, key: "gateway.caFile") }
    return WorkerConfiguration.Gateway(
      environment: gateway.environment, baseURL: baseURL, hostedURLOrigin: origin ?? "", appEnv: gateway.appEnv ?? known?.appEnv,
      maxConcurrentRequests: gateway.maxConcurrentRequests, quota: gateway.quota, timeScale: gateway.timeScale,
      connectTimeout: gateway.connectTimeout,
      requestTimeout: gateway.requestTimeout, idleTimeout: gateway.idleTimeout, maxConnectionAge: gateway.maxConnectionAge,
      answerBytesMax: gateway.answerBytesMax, headerBytesMax: gateway.headerBytesMax, allowPlaintext: gateway.allowPlaintext,
      caFile: gateway.caFile, proxy: resolveProxy())
  }

  static let requiredByCustom = "expected a value, because gateway.environment is custom"

  private mutating func resolveProxy() -> WorkerConfiguration.Proxy? {
    let gateway = draft.gateway
    guard let url = gateway.proxyURL else {
      for key in ["user", "password", "passwordFile", "noProxy"].map({ "gateway.proxy.\($0)" }) where isGiven(key) {
        warn(key, "is not used without gateway.proxy.url")
      }
      return nil
    }
    var password = gateway.proxyPassword.map(SecretSource.value)
    if let path = gateway.proxyPasswordFile {
      if password != nil { reportContradiction("gateway.proxy.passwordFile", with: "gateway.proxy.password") }
      if needsGateway { check(secretFile: path, key: "gateway.proxy.passwordFile") }
      password = .file(path)
    }
    if (gateway.proxyUser == nil) != (password == nil) {
      report("gateway.proxy.user", "expected a user and a password (gateway.proxy.passwordFile), or neither")
    }
    return WorkerConfiguration.Proxy(url: url, user: gateway.proxyUser, password: password, noProxy: gateway.noProxy)
  }

  private mutating func resolveBaseURL() -> String {
    let gateway = draft.gateway
    if gateway.basePath != nil, gateway.baseURL != nil { reportContradiction("gateway.basePath", with: "gateway.baseURL") }
    if let baseURL = gateway.baseURL {
      if baseURL.hasSuffix("/sessions") { report("gateway.baseURL", "expected the address up to and without /sessions") }
      return baseURL
    }
    guard let known = gateway.environment.addresses else {
      if needsGateway { report("gateway.baseURL", Self.requiredByCustom) }
      return ""
    }
    return known.host + (gateway.basePath ?? known.basePath)
  }

  /// Plain http is for this host only, unless allowed: it carries tokens and customer data.
  mutating func checkTransport(of url: String, key: String) {
    guard !draft.gateway.allowPlaintext, let address = URLComponents(string: url), address.scheme?.lowercased() == "http" else { return }
    if !HostName.isLoopback(address.host ?? "") {
      report(key, "expected https: plain http goes only to loopback unless gateway.allowPlaintext is true")
    }
  }

  private mutating func checkReadable(_ path: String, key: String) {
    if !FileManager.default.isReadableFile(atPath: path) { report(key, "expected a readable PEM file, \(path) is none") }
  }
}
