import CheckoutSession

/// Collects what is wrong with a ``GatewayConfiguration``.
struct ConfigurationChecks {
  typealias Problem = GatewayConfigurationError.Problem

  private(set) var problems: [Problem] = []

  mutating func add(_ field: String, _ reason: String) {
    problems.append(Problem(field: field, reason: reason))
  }

  mutating func baseURL(_ text: String, allowPlaintext: Bool) {
    url("gateway.baseURL", text, allowPlaintext: allowPlaintext)
    if text.hasSuffix("/") { add("gateway.baseURL", "must not end with /, /sessions is added to it") }
    if text.contains("?") { add("gateway.baseURL", "must not have a query") }
  }

  mutating func hostedURLOrigin(_ text: String, appEnvironment: String?) {
    let field = "gateway.hostedURLOrigin"
    guard HostedURLRule(origin: text, appEnvironment: appEnvironment) != nil, let url = HTTPURL(text), url.path.isEmpty else {
      return add(field, "expected https://host, got \(quoted(text))")
    }
  }

  mutating func range(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) {
    if !allowed.contains(value) { add(field, "must be between \(allowed.lowerBound) and \(allowed.upperBound), got \(value)") }
  }

  mutating func positive(_ field: String, _ value: Duration) {
    if value < .milliseconds(1) || value > .seconds(86_400) { add(field, "must be between 1 ms and 24 h, got \(value)") }
  }

  /// Text that can stand in a header.
  mutating func headerText(_ field: String, _ text: String) {
    if text.isEmpty { return add(field, "must not be empty") }
    if !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { add(field, "must be printable ASCII") }
  }

  mutating func merchants(_ merchants: [MerchantConfiguration], allowPlaintext: Bool) {
    if merchants.isEmpty { add("merchants", "at least one is needed") }
    var names: Set<String> = []
    var ids: Set<String> = []
    for merchant in merchants {
      let field = "merchants.\(merchant.name)"
      if !names.insert(merchant.name).inserted { add(field, "is there twice") }
      if !UUIDFormat.isUUID(merchant.id.utf8) { add("\(field).id", "must be a UUID, got \(quoted(merchant.id))") }
      if !ids.insert(merchant.id.lowercased()).inserted { add("\(field).id", "is another merchant's too") }
      headerText("\(field).upstreamEnv", merchant.upstreamEnv)
      token("\(field).token", merchant.token, allowPlaintext: allowPlaintext)
    }
  }

  private mutating func token(_ field: String, _ token: TokenConfiguration, allowPlaintext: Bool) {
    switch token {
    case .clientCredentials(let url, let clientID, let clientSecret, _):
      self.url("\(field).url", url, allowPlaintext: allowPlaintext)
      if clientID.isEmpty { add("\(field).clientId", "must not be empty") }
      switch clientSecret {
      case .value(let secret) where secret.value.isEmpty: add("\(field).clientSecretFile", "the secret must not be empty")
      case .file(let path) where path.isEmpty: add("\(field).clientSecretFile", "must not be empty")
      case .value, .file: break
      }
    case .file(let path):
      if path.isEmpty { add("\(field).file", "must not be empty") }
    case .fixed(let secret):
      if !GrantedToken.isSound(secret.value) { add(field, "the token must be printable ASCII without spaces") }
    }
  }

  private mutating func url(_ field: String, _ text: String, allowPlaintext: Bool) {
    guard let url = HTTPURL(text) else { return add(field, "expected http(s)://host[:port]/path, got \(quoted(text))") }
    if url.userInfo != nil { add(field, "must not hold credentials") }
    if !url.isSecure, !url.isLoopback, !allowPlaintext {
      add(field, "must be https: plain http is for this machine only, unless gateway.allowPlaintext")
    }
  }

  /// A value for a message; nothing of one that may hold credentials.
  private func quoted(_ text: String) -> String {
    text.contains("@") ? "a value with credentials" : "\"\(text.prefix(200))\""
  }
}
