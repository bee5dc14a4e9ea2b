/// What became of one ``ReadSessionCall``.
public struct ReadSessionResult: Sendable {
  /// ``ReadSessionCall/id``.
  public var id: UInt64
  /// What the gateway says of the session, or why it says nothing.
  public var outcome: Result<SessionSnapshot, GatewayFailure>
  /// The gateway's time of day when it answered (`Date`); nil if it did not say, or if it may not have been the gateway who answered.
  public var gatewayDate: Timestamp?

  /// Makes a result.
  public init(id: UInt64, outcome: Result<SessionSnapshot, GatewayFailure>, gatewayDate: Timestamp? = nil) {
    self.id = id
    self.outcome = outcome
    self.gatewayDate = gatewayDate
  }
}
