import CheckoutSession

/// A request with a decision, on its way to the ledger and to the reply topic.
struct Settlement: Sendable {
  /// How far the decision is known to be in the ledger.
  enum Recording: Sendable {
    /// It has to be recorded.
    case wanted
    /// It is there.
    case done
    /// It does not belong there: the request was rejected before it was claimed, or stands against another one under its identity.
    case none
  }

  /// The request.
  var request: PendingRequest
  /// What was decided.
  var decision: DecidedReply
  /// Whether the ledger has it.
  var recording: Recording
  /// Whether a reply with this decision may already be in the topic: it was decided by an earlier run, or an acknowledgement did not come.
  var mayBePublished: Bool
  /// Whether this request holds its identity in the ``InFlightIdentities``.
  var holdsIdentity: Bool
  /// Whether its reply is acknowledged, and only its dead letter is still missing.
  var replyIsPublished = false
  /// Whether a dead letter belongs to it that was refused as too large and now goes without the request's value.
  var deadLetterWithoutValue = false
  /// How often publishing or recording has failed, for the waits in between.
  var failures = 0

  /// A request that is rejected without the ledger.
  static func rejected(_ request: PendingRequest, _ error: ReplyError, at: Timestamp, holdsIdentity: Bool) -> Settlement {
    Settlement(
      request: request, decision: DecidedReply(outcome: .rejected, session: nil, error: error, attempts: 0, decidedAt: at),
      recording: .none, mayBePublished: false, holdsIdentity: holdsIdentity)
  }

  /// A request whose time had passed.
  static func expired(_ request: PendingRequest, at: Timestamp) -> Settlement {
    let error = ReplyError(
      code: "EXPIRED", title: "Request expired", detail: "headers.ce_expirytime had passed before a session could be created",
      field: "headers.ce_expirytime", retryable: false)
    return Settlement(
      request: request,
      decision: DecidedReply(outcome: .expired, session: nil, error: error, attempts: request.attempts.sent, decidedAt: at),
      recording: .wanted, mayBePublished: false, holdsIdentity: true)
  }

  /// The generation that the reply speaks of.
  var generation: Int { request.key?.generation ?? 1 }
}
