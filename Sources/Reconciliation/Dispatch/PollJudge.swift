import CheckoutSession

/// Says what the outcome of a call means for its session: the ``StatusTable`` and the ``PollPlanner`` together. Pure.
struct PollJudge: Sendable {
  /// What becomes of a session.
  enum Verdict: Sendable {
    /// Something is to be recorded or published.
    case settle(Settlement)
    /// It is given back as it was.
    case handBack(dueAt: Timestamp)
  }

  private let table: StatusTable
  private let planner: PollPlanner

  /// How long the gateway is asked for what a recorded event is to say of its payment; then the event goes without. Real time.
  static let rereadTimeout: Duration = .seconds(600)

  init(_ configuration: ReconciliationConfiguration) {
    table = StatusTable(configuration)
    planner = PollPlanner(configuration)
  }

  /// Judges the outcome of a call.
  /// - Parameter now: when the outcome came.
  func verdict(
    on polled: PolledSession, _ outcome: Result<SessionSnapshot, GatewayFailure>, now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    let answer = PollAnswer(outcome)
    let snapshot = try? outcome.get()
    if let event = polled.session.unpublishedEvent {
      return reread(polled, event, answer, snapshot, now: now, using: &generator)
    }
    let decision = table.decide(answer, about: polled.session, sentAt: polled.sentAt)
    return .settle(settlement(polled, decision, snapshot, now: now, using: &generator))
  }

  /// What becomes of a session whose turn comes while nobody gets through: it is given back, unless silence makes it unresolved by now. For that no call is needed,
  /// or an outage of days would be one in which nobody hears anything.
  func unreached(_ polled: PolledSession, dueAt: Timestamp, now: Timestamp, using generator: inout some RandomNumberGenerator) -> Verdict {
    if polled.isReread { return waiting(polled, dueAt: dueAt, now: now) }
    let decision = table.decide(.silence, about: polled.session, sentAt: now)
    guard decision.isEvent else { return .handBack(dueAt: dueAt) }
    return .settle(settlement(polled, decision, nil, now: now, using: &generator))
  }

  /// A session with a recorded event that cannot be read now: its event waits, but not for ever.
  func waiting(_ polled: PolledSession, dueAt: Timestamp, now: Timestamp) -> Verdict {
    guard let event = polled.session.unpublishedEvent, now >= event.observedAt + Self.rereadTimeout else { return .handBack(dueAt: dueAt) }
    return .settle(Settlement(publishing: event, of: polled.session, token: polled.token, nextPollAt: nil))
  }

  /// The publication of a recorded event that needs no further word of the gateway; nil if it does.
  func republication(
    of session: OutstandingSession, token: SessionLease.Token, now: Timestamp, using generator: inout some RandomNumberGenerator
  ) -> Settlement? {
    guard let event = session.unpublishedEvent, event.status != .completed, event.status != .failed else { return nil }
    let next: StatusDecision.Next = event.status.isTerminal ? .end : event.status == .unresolved ? .backoff : .scheduled
    let nextPollAt = planner.nextPoll(next, of: session, now: now, using: &generator)
    return Settlement(publishing: event, of: session, token: token, nextPollAt: nextPollAt)
  }

  private func settlement(
    _ polled: PolledSession, _ decision: StatusDecision, _ snapshot: SessionSnapshot?, now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) -> Settlement {
    var session = polled.session
    session.status = decision.status
    session.failures = decision.isFailure ? session.failures + 1 : 0
    let nextPollAt = planner.nextPoll(decision.next, of: session, now: now, using: &generator)
    var settlement = Settlement(recording: session, isEvent: decision.isEvent, at: now, token: polled.token, nextPollAt: nextPollAt)
    if decision.isEvent, decision.status.isTerminal {
      settlement.payment = snapshot?.payment
      settlement.paymentMethod = snapshot?.paymentMethod
    }
    return settlement
  }

  private func reread(
    _ polled: PolledSession, _ event: RecordedEvent, _ answer: PollAnswer, _ snapshot: SessionSnapshot?, now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    switch answer {
    case .silence, .refused, .status(.unknown, _):
      return waiting(polled, dueAt: now + planner.rereadWait(using: &generator), now: now)
    case .status, .timedOut, .canceled, .notFound:
      var settlement = Settlement(publishing: event, of: polled.session, token: polled.token, nextPollAt: nil)
      if case .status(let status, _) = answer, status.text == event.status.rawValue {
        settlement.payment = snapshot?.payment
        settlement.paymentMethod = snapshot?.paymentMethod
      }
      return .settle(settlement)
    }
  }
}
