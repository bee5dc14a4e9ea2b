/// What became of one ``ReadSessionCall``.
public struct ReadSessionResult: Sendable {
  /// ``ReadSessionCall/id``.
  public var id: UInt64
  /// What the gateway says of the session, or why it says nothing.
  public var outcome: Result<SessionSnapshot, GatewayFailure>

  /// Makes a result.
  public init(id: UInt64, outcome: Result<SessionSnapshot, GatewayFailure>) {
    self.id = id
    self.outcome = outcome
  }
}
