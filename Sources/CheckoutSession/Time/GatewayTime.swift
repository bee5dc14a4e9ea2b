/// What the `Date` of an answer says of the gateway's clock (RFC 9110, section 6.6.1). The gateway decides by it when a session ends, so it is what
/// our times are measured against.
public struct GatewayTime: Hashable, Sendable {
  /// What differs by no more counts as the same: a header's whole seconds, a slow way and slewed clocks explain it.
  public static let tolerance: Duration = .seconds(5)

  /// A `Date` has no parts of a second.
  static let resolution: Duration = .seconds(1)

  /// The gateway's time of day when it answered, parts of a second dropped.
  public var date: Timestamp
  /// From the request's leaving to the answer's arrival, by a clock that is never set.
  public var callDuration: Duration

  /// Makes one.
  public init(date: Timestamp, callDuration: Duration) {
    self.date = date
    self.callDuration = max(callDuration, .zero)
  }

  /// The earliest moment, by the gateway's clock, at which the request can have left; what came of it is no older.
  public var sentAt: Timestamp { date - callDuration }

  /// How far a clock that showed `receivedAt` when the answer had come is ahead of the gateway's; negative if it is behind.
  ///
  /// Zero unless the difference is surely more than ``tolerance``: the gateway answered at some moment between the request's leaving and the answer's arrival, so a
  /// slow call proves little. Beyond that it is the largest that the answer allows, which makes it the earliest that it can be at the gateway.
  public func ahead(receivedAt: Timestamp) -> Duration {
    let surelyAhead = receivedAt - callDuration - (date + Self.resolution)
    let surelyBehind = date - receivedAt
    return surelyAhead > Self.tolerance || surelyBehind > Self.tolerance ? .zero - surelyBehind : .zero
  }
}
