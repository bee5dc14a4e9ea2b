extension WorkerConfiguration {
  /// The admin endpoint: `admin.*`.
  public struct Admin: Sendable, Equatable {
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0: no admin endpoint.
    public var port = 8080
    /// The bearer token that callers of the operations page must show; nil: none.
    public var token: SecretSource?

    /// False when the endpoint is switched off.
    public var isEnabled: Bool { port != 0 }
  }
}
