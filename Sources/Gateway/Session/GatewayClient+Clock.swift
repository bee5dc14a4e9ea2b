import CheckoutSession

extension GatewayClient {
  /// The time of day that sessions live by: this host's, or the gateway's if its answers (`Date`) show that this host's is off by more than
  /// ``GatewayTime/tolerance``. What is compared with a session's times is to be read here. Until the first answer it is this host's: see ``isTimeKnown``.
  public var clock: WallClock {
    WallClock { [timekeeper] in timekeeper.now() }
  }

  /// How far the gateway's clock is ahead of this host's, negative if it is behind; nil as long as no answer has told. Exact to about a second.
  public var clockSkew: Duration? { timekeeper.skew }

  /// Whether ``clock`` is as right as it gets: the gateway has told its time, or answers without telling it. Until then the host's clock may be wrong unseen.
  public var isTimeKnown: Bool { timekeeper.isTimeKnown }

  /// Asks for a session that does not exist, only to hear what time it is at the gateway: one call out of the quota.
  /// - Parameter completion: called once, on the event loop or in place.
  public func askTime(merchantIndex: Int = 0, completion: @escaping @Sendable () -> Void) {
    guard let nobody = SessionID("00000000-0000-0000-0000-000000000000") else { return completion() }
    startReads([ReadSessionCall(id: .random(in: Self.ownCallIDs), merchantIndex: merchantIndex, sessionID: nobody)]) { _ in completion() }
  }
}
