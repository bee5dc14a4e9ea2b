import CheckoutSession

/// The truth table of the reconcile stage: from what is known of a session, what the gateway says and when it was asked, to what is known then.
///
/// A session ends on the gateway's word only. Silence never ends one, and neither does a status that this program does not know: it only becomes
/// ``SessionStatus/unresolved`` long after the deadline, so that a person looks, and whatever the gateway says later still follows.
///
/// The *forced last poll* is any poll sent at or after the deadline and ``grace``: if the gateway still calls the session open then, it has run out. Except if that same
/// answer names a later end, which is believed for one ``lifetime`` beyond the deadline. The mode decides nothing here: a session of
/// ``SessionMode/paymentMethodDisplay`` runs out like any other, only that this is its normal end.
public struct StatusTable: Hashable, Sendable {
  /// How long after its deadline a session that the gateway still calls open has run out.
  public var grace: Duration
  /// How long after its deadline a session without an answer is unresolved.
  public var unresolvedAfter: Duration
  /// How long after its creation the gateway may not know a session yet.
  public var visibleAfter: Duration
  /// How far beyond the computed deadline an end that the gateway names is believed.
  public var lifetime: Duration

  /// Makes the table. All durations are real time.
  public init(grace: Duration, unresolvedAfter: Duration, visibleAfter: Duration, lifetime: Duration) {
    self.grace = grace
    self.unresolvedAfter = unresolvedAfter
    self.visibleAfter = visibleAfter
    self.lifetime = lifetime
  }

  /// Decides what an answer means.
  /// - Parameter sentAt: when the poll was sent; an answer that took long says nothing about the time after that.
  public func decide(_ answer: PollAnswer, about session: OutstandingSession, sentAt: Timestamp) -> StatusDecision {
    guard !session.status.isTerminal else { return StatusDecision(status: session.status, isEvent: false, next: .end, isFailure: false) }
    switch answer {
    case .status(.completed, _): return end(.completed)
    case .status(.failed, _): return end(.failed)
    case .status(.canceled, _), .canceled: return end(.canceled)
    case .timedOut: return end(.timedOut)
    case .notFound:
      guard sentAt < session.createdAt + visibleAfter else { return end(.notFound) }
      return StatusDecision(status: session.status, isEvent: false, next: .scheduled, isFailure: false)
    case .status(.accepted, let expiresAt): return open(session.status, session, expiresAt, sentAt)
    case .status(.created, let expiresAt), .status(.initiated, let expiresAt): return open(.created, session, expiresAt, sentAt)
    case .status(.unknown, _): return silent(session, sentAt, beforeDeadline: .scheduled)
    case .silence: return silent(session, sentAt, beforeDeadline: .backoff)
    case .refused: return StatusDecision(status: session.status, isEvent: false, next: .soon, isFailure: true)
    }
  }

  /// When a session is polled for the last time, if the gateway answers.
  func lastPollAt(_ session: OutstandingSession) -> Timestamp { session.expiresAt + grace }

  /// From when on silence makes a session unresolved.
  func unresolvedAt(_ session: OutstandingSession) -> Timestamp { session.expiresAt + unresolvedAfter }

  private func end(_ status: SessionStatus) -> StatusDecision {
    StatusDecision(status: status, isEvent: true, next: .end, isFailure: false)
  }

  /// The gateway calls the session open.
  private func open(
    _ status: SessionStatus, _ session: OutstandingSession, _ expiresAt: Timestamp?, _ sentAt: Timestamp
  ) -> StatusDecision {
    var next = StatusDecision.Next.scheduled
    if sentAt >= lastPollAt(session) {
      let believed = min(expiresAt ?? session.expiresAt, session.expiresAt + lifetime)
      guard believed > sentAt else { return end(.timedOut) }
      next = .at(believed + grace)
    }
    let isEvent = session.status.mayBecome(status)
    return StatusDecision(status: isEvent ? status : session.status, isEvent: isEvent, next: next, isFailure: false)
  }

  /// The gateway says nothing that can be used.
  private func silent(_ session: OutstandingSession, _ sentAt: Timestamp, beforeDeadline next: StatusDecision.Next) -> StatusDecision {
    let isUnresolved = sentAt >= unresolvedAt(session) && session.status.mayBecome(.unresolved)
    return StatusDecision(
      status: isUnresolved ? .unresolved : session.status, isEvent: isUnresolved, next: sentAt < lastPollAt(session) ? next : .backoff,
      isFailure: true)
  }
}
