/// Where the secret of an OAuth 2.0 client comes from.
public enum ClientSecret: Hashable, Sendable {
  /// The secret itself, from the environment.
  case value(Secret)
  /// A file with the secret and nothing else, white space around it aside; read again for every new token.
  case file(path: String)
}
