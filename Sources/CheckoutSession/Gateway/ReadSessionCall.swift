/// One `GET /sessions/{id}` to make.
public struct ReadSessionCall: Sendable {
  /// The caller's name for this call; comes back with the result.
  public var id: UInt64
  /// Index of the merchant in the configuration's order.
  public var merchantIndex: Int
  /// The session.
  public var sessionID: SessionID

  /// Makes a call.
  public init(id: UInt64, merchantIndex: Int, sessionID: SessionID) {
    self.id = id
    self.merchantIndex = merchantIndex
    self.sessionID = sessionID
  }
}
