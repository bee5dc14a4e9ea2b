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
  func verdict(
    on polled: PolledSession, _ outcome: Result<SessionSnapshot, GatewayFailure>, at moment: JudgedMoment,
    using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    verdict(on: polled, PollAnswer(outcome), try? outcome.get(), at: moment, using: &generator)
  }

  /// Judges that a session's calls brought nothing but requests to slow down, and that its time is up. That is silence like any other: else nobody would ever hear of
  /// a session that the gateway turns away for ever.
  func throttled(_ polled: PolledSession, at moment: JudgedMoment, using generator: inout some RandomNumberGenerator) -> Verdict {
    verdict(on: polled, .silence, nil, at: moment, using: &generator)
  }

  private func verdict(
    on polled: PolledSession, _ answer: PollAnswer, _ snapshot: SessionSnapshot?, at moment: JudgedMoment,
    using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    if let event = polled.session.unpublishedEvent {
      return reread(polled, event, answer, snapshot, now: moment.now, using: &generator)
    }
    let decision = table.decide(answer, about: polled.session, sentAt: polled.sentAt)
    return .settle(settlement(polled, decision, snapshot, at: moment, using: &generator))
  }

  /// What becomes of a session whose turn comes while nobody gets through: it is given back, unless silence makes it unresolved by now. For that no call is needed,
  /// or an outage of days would be one in which nobody hears anything.
  func unreached(
    _ polled: PolledSession, dueAt: Timestamp, at moment: JudgedMoment, using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    if polled.isReread { return waiting(polled, dueAt: dueAt, now: moment.now) }
    let decision = table.decide(.silence, about: polled.session, sentAt: moment.judged)
    guard decision.isEvent else { return .handBack(dueAt: dueAt) }
    return .settle(settlement(polled, decision, nil, at: moment, using: &generator))
  }

  /// A session with a recorded event that cannot be read now: its event waits, but not for ever.
  func waiting(_ polled: PolledSession, dueAt: Timestamp, now: Timestamp) -> Verdict {
    guard let event = polled.session.unpublishedEvent, now >= event.observedAt + Self.rereadTimeout else { return .handBack(dueAt: dueAt) }
    return .settle(Settlement(publishing: event, of: polled.session, under: polled.lease, nextPollAt: nil))
  }

  /// The publication of a recorded event that needs no further word of the gateway; nil if it does.
  func republication(
    of session: OutstandingSession, under lease: HeldLease, at moment: JudgedMoment, using generator: inout some RandomNumberGenerator
  ) -> Settlement? {
    guard let event = session.unpublishedEvent, event.status != .completed, event.status != .failed else { return nil }
    let next: StatusDecision.Next = event.status.isTerminal ? .end : event.status == .unresolved ? .backoff : .scheduled
    let nextPollAt = nextPoll(next, of: session, at: moment, using: &generator)
    return Settlement(publishing: event, of: session, under: lease, nextPollAt: nextPollAt)
  }

  /// The moment of the next poll by the clock on the wall, however far that is ahead.
  private func nextPoll(
    _ next: StatusDecision.Next, of session: OutstandingSession, at moment: JudgedMoment, using generator: inout some RandomNumberGenerator
  ) -> Timestamp? {
    planner.nextPoll(next, of: session, now: moment.judged, using: &generator).map { $0 + moment.ahead }
  }

  private func settlement(
    _ polled: PolledSession, _ decision: StatusDecision, _ snapshot: SessionSnapshot?, at moment: JudgedMoment,
    using generator: inout some RandomNumberGenerator
  ) -> Settlement {
    var session = polled.session
    session.status = decision.status
    session.failures = decision.isFailure ? session.failures + 1 : 0
    let nextPollAt = nextPoll(decision.next, of: session, at: moment, using: &generator)
    var settlement = Settlement(recording: session, isEvent: decision.isEvent, at: moment.now, under: polled.lease, nextPollAt: nextPollAt)
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
      var settlement = Settlement(publishing: event, of: polled.session, under: polled.lease, nextPollAt: nil)
      if case .status(let status, _) = answer, status.text == event.status.rawValue {
        settlement.payment = snapshot?.payment
        settlement.paymentMethod = snapshot?.paymentMethod
      }
      return .settle(settlement)
    }
  }
}
