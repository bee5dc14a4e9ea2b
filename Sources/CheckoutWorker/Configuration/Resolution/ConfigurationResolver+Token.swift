extension ConfigurationResolver {
  /// Which of its forms a token has; nil when it is not given here, or wrongly.
  ///
  /// - Parameter fallback: where parts of client credentials that are missing here come from (a merchant's from the gateway's).
  mutating func resolveToken(_ token: TokenDraft, prefix: String, fallback: TokenDraft?) -> WorkerConfiguration.Token? {
    let keys = (
      value: prefix + "token", file: prefix + "token.file", secret: prefix + "token.clientSecret",
      secretFile: prefix + "token.clientSecretFile"
    )
    let given = [
      (keys.file, token.file != nil), (keys.value, token.value != nil), (keys.secretFile, token.clientSecretFile != nil),
      (keys.secret, token.clientSecret != nil),
    ].filter(\.1).map(\.0)
    if given.count > 1 {
      reportContradiction(given[0], with: given[1], "a token comes from one place only")
      return nil
    }
    if let ready = readyToken(token, keys.file) {
      if isGiven(prefix + "token.clientId") { warn(prefix + "token.clientId", "is not used, because a ready token is given") }
      return .ready(ready)
    }
    return clientCredentials(token, prefix: prefix, fallback: fallback).map(WorkerConfiguration.Token.clientCredentials)
  }

  private mutating func readyToken(_ token: TokenDraft, _ key: String) -> SecretSource? {
    guard let path = token.file else { return token.value.map(SecretSource.value) }
    if needsGateway { check(secretFile: path, key: key) }
    return .file(path)
  }

  private mutating func clientCredentials(_ token: TokenDraft, prefix: String, fallback: TokenDraft?) -> WorkerConfiguration.Token
    .ClientCredentials?
  {
    let own = clientSecret(token, prefix: prefix)
    guard own != nil || token.clientId != nil else { return nil }
    let secret =
      own
      ?? fallback.flatMap { inherited in inherited.clientSecret.map(SecretSource.value) ?? inherited.clientSecretFile.map(SecretSource.file)
      }
    let known = draft.gateway.environment.addresses
    let id = token.clientId ?? fallback?.clientId
    let url = token.url ?? fallback?.url ?? known?.tokenURL
    if needsGateway {
      if id == nil { report(prefix + "token.clientId", "expected the client id that belongs to the client secret") }
      if secret == nil {
        let key = prefix + "token.clientSecret"
        report(
          key + "File", "expected a file with the client secret, or \(EnvironmentName.variable(forKey: key)); or a ready token in its place"
        )
      }
      if url == nil { report(prefix + "token.url", Self.requiredByCustom) }
    }
    guard let id, let secret, let url else { return nil }
    let scope = token.scope ?? fallback?.scope ?? known?.tokenScope ?? GatewayEnvironment.defaultTokenScope
    return WorkerConfiguration.Token.ClientCredentials(url: url, clientId: id, clientSecret: secret, scope: scope)
  }

  private mutating func clientSecret(_ token: TokenDraft, prefix: String) -> SecretSource? {
    guard let path = token.clientSecretFile else { return token.clientSecret.map(SecretSource.value) }
    if needsGateway { check(secretFile: path, key: prefix + "token.clientSecretFile") }
    return .file(path)
  }

  /// True when a problem about a token was reported already: then "no credentials" would only repeat it.
  var hasTokenProblem: Bool {
    isAnyRefused { $0.contains(".token") } || problems.contains { $0.key.contains(".token") && $0.key != "admin.token" }
  }

  /// Says that no credentials are there, and every way to give them.
  mutating func reportMissingCredentials(_ prefix: String) {
    let secret = EnvironmentName.variable(forKey: prefix + "token.clientSecret")
    let ready = EnvironmentName.variable(forKey: prefix + "token")
    report(
      prefix + "token",
      "expected credentials: \(prefix)token.clientId with \(prefix)token.clientSecretFile or \(secret); or a ready token in \(prefix)token.file or \(ready)"
    )
  }
}
