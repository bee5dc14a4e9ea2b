import CheckoutSession

/// Whether a reply may be published now (`contract/gateway.md`, "What a repeated POST does"; `creation.minimumRemainingLifetime`). Pure.
///
/// Two promises meet here: no URL that is about to die is published, and no request has two live URLs. So a URL that lives too short is replaced by a new
/// generation, but only once nobody can open the old one: at once if it surely never reached the topic, else after its end.
struct LifetimePolicy {
  enum Decision: Equatable {
    case publish
    case renew
    case putOff(until: Timestamp)
    /// Nobody knows what time it is.
    case awaitTime
  }

  private let minimum: Duration
  private let uncertainty: Duration

  init(_ configuration: CreationConfiguration) {
    minimum = configuration.minimumRemainingLifetime
    uncertainty = configuration.lifetimeUncertainty
  }

  /// - Parameter isTimeKnown: whether `now` is right: ``SessionCreator/isTimeKnown``.
  func decide(_ settlement: Settlement, now: Timestamp, isTimeKnown: Bool) -> Decision {
    guard settlement.decision.outcome == .created else { return .publish }
    // Paid, or whatever it was made for: the reply without a URL says so, and another session would be one too many.
    if settlement.decision.completed != nil { return .publish }
    // What is decided here and now has its times by the same clock, wrong or not; what an earlier run left has not.
    guard isTimeKnown || !settlement.mayBePublished else { return .awaitTime }
    if let session = settlement.decision.session, session.expiresAt - now >= minimum { return .publish }
    // That the ledger has erased a URL does not say that nobody can open it: who erased it may have had a wrong clock.
    guard let expiresAt = settlement.decision.session?.expiresAt ?? settlement.decision.erasedURLExpiresAt else { return .renew }
    let surelyDead = expiresAt + uncertainty
    return !settlement.mayBePublished || surelyDead <= now ? .renew : .putOff(until: surelyDead)
  }
}
