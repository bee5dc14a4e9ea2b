import CheckoutSession

extension GatewayClient {
  /// The time of day that sessions live by: this host's, or the gateway's if its answers (`Date`) show that this host's is off by more than
  /// ``GatewayTime/tolerance``. What is compared with a session's times is to be read here. Until the first answer it is this host's.
  public var clock: WallClock {
    WallClock { [timekeeper] in timekeeper.now() }
  }

  /// How far the gateway's clock is ahead of this host's, negative if it is behind; nil as long as no answer has told. Exact to about a second.
  public var clockSkew: Duration? { timekeeper.skew }

  /// Asks for a session that does not exist, only to hear what time it is at the gateway: one call out of the quota.
  /// - Returns: ``clockSkew``.
  public func askTime() async -> Duration? {
    guard let nobody = SessionID("00000000-0000-0000-0000-000000000000") else { return clockSkew }
    _ = try? await session(nobody)
    return clockSkew
  }
}
