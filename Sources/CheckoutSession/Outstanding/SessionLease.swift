/// Sessions that are one reconciler's to poll until a moment. After it they are due again for everybody, which is how a killed
/// reconciler's sessions become free.
public struct SessionLease: Hashable, Sendable {
  /// Names the lease: what is recorded under a token that a session does not have any more is not recorded.
  public struct Token: RawRepresentable, Hashable, Sendable {
    /// Any number that no other lease has; random.
    public var rawValue: Int64
    /// Makes a token.
    public init(rawValue: Int64) { self.rawValue = rawValue }
  }

  /// Names the lease.
  public var token: Token
  /// When it ends.
  public var until: Timestamp
  /// The sessions, nearest deadline first.
  public var sessions: [OutstandingSession]

  /// Makes a lease.
  public init(token: Token, until: Timestamp, sessions: [OutstandingSession]) {
    self.token = token
    self.until = until
    self.sessions = sessions
  }
}
