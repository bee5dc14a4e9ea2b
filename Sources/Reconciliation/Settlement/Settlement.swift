import CheckoutSession

/// What a poll changed, on its way into the ledger and, if it is an event, to the status topic and back.
struct Settlement: Sendable {
  /// What has to be done next. A failure of a step brings the settlement back to it.
  enum Step: Sendable {
    /// To be recorded.
    case record
    /// Recorded; its event is to be published.
    case publish
    /// Acknowledged; to be marked.
    case mark
  }

  /// The session as it is now.
  let session: OutstandingSession
  /// The lease it is settled under.
  let lease: HeldLease
  /// The event; nil if there is nothing to tell.
  let event: RecordedEvent?
  /// When the session is due again; nil if it has ended.
  let nextPollAt: Timestamp?
  /// What the event says of the payment.
  var payment: PaymentSummary?
  /// What the event says of the payment method.
  var paymentMethod: PaymentMethodSummary?
  /// What has to be done next.
  var step: Step
  /// How often a step has failed, for the waits in between.
  var failures = 0

  /// What a poll changed.
  init(recording session: OutstandingSession, isEvent: Bool, at now: Timestamp, under lease: HeldLease, nextPollAt: Timestamp?) {
    self.session = session
    self.lease = lease
    self.nextPollAt = nextPollAt
    event = isEvent ? RecordedEvent(status: session.status, observedAt: now, polls: session.polls) : nil
    step = .record
  }

  /// An event that the ledger has already.
  init(publishing event: RecordedEvent, of session: OutstandingSession, under lease: HeldLease, nextPollAt: Timestamp?) {
    self.session = session
    self.lease = lease
    self.nextPollAt = nextPollAt
    self.event = event
    step = .publish
  }

  /// Whether its event is better left to whoever leases the session next: the lease has ended, so another may have published this event and a later one since, and
  /// one that is no end would come after an end. The ledger holds the event until it is out. An end is an end, whoever tells it, and is told again with the same id.
  func isLapsed(at now: Timestamp) -> Bool {
    guard let event, !event.status.isTerminal else { return false }
    return now >= lease.ends
  }

  /// The record of the poll. A session without an event is due again, and then there is a moment for it.
  var record: PollRecord {
    let next: PollRecord.Next =
      event.map { .publish(observedAt: $0.observedAt) } ?? .poll(at: nextPollAt ?? session.expiresAt)
    return PollRecord(key: session.key, status: session.status, polls: session.polls, failures: session.failures, next: next)
  }

  /// The mark of the acknowledged event; nil if there is none.
  var mark: PublishedEvent? {
    event.map { PublishedEvent(key: session.key, status: $0.status, nextPollAt: nextPollAt) }
  }
}
