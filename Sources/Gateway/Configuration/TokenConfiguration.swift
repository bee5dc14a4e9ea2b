/// Where a merchant's access token comes from (`contract/gateway.md`, "Token").
public enum TokenConfiguration: Hashable, Sendable {
  /// OAuth 2.0 client credentials: `POST` to `url`, one token for all calls of the merchants that have the same configuration.
  case clientCredentials(url: String, clientID: String, clientSecret: ClientSecret, scope: String?)
  /// A file with the token and nothing else; read again when the token is refused and every few seconds.
  case file(path: String)
  /// A ready token, from the environment.
  case fixed(Secret)
}
