extension WorkerConfiguration {
  /// How a merchant's access token is had (`contract/gateway.md`, Token).
  public enum Token: Sendable, Hashable {
    /// Asked for at the token endpoint, refreshed before it ends.
    case clientCredentials(ClientCredentials)
    /// A ready token, in a file or from the environment. A file is read again when the gateway refuses the token.
    case ready(SecretSource)

    /// OAuth 2.0 client credentials.
    public struct ClientCredentials: Sendable, Hashable {
      /// The token endpoint.
      public var url: String
      /// `client_id`.
      public var clientId: String
      /// `client_secret`.
      public var clientSecret: SecretSource
      /// `scope`.
      public var scope: String
    }
  }
}
