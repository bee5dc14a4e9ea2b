import CheckoutSession

/// An exception: something that a guarantee rules out, and where it stands. No URL, no body, no customer's data.
public struct AuditFinding: Hashable, Sendable {
  /// What is wrong. The raw values are part of `audit --json`.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// A request that is consumed, or whose reply the ledger has as published, has no reply, or not as many as its records.
    case replyMissing = "REPLY_MISSING"
    /// A rejected or given-up request has a reply but no dead letter.
    case deadLetterMissing = "DEAD_LETTER_MISSING"
    /// A dead letter names a record that the request topic does not have.
    case deadLetterWithoutRequest = "DEAD_LETTER_WITHOUT_REQUEST"
    /// A record is not what belongs into its topic.
    case unreadableRecord = "UNREADABLE_RECORD"
    /// An identity has more records than an audit holds in memory; only the first were judged.
    case historyTooLong = "HISTORY_TOO_LONG"
    /// A second URL was published while the first was alive.
    case twoLiveURLs = "TWO_LIVE_URLS"
    /// A repeated reply differs from the first one.
    case replyChanged = "REPLY_CHANGED"
    /// A reply says something else than the ledger.
    case ledgerDisagrees = "LEDGER_DISAGREES"
    /// The ledger does not know the request of a reply, and cannot have forgotten it yet.
    case unknownToLedger = "UNKNOWN_TO_LEDGER"
    /// A published session is over, and no terminal event says so.
    case endMissing = "END_MISSING"
    /// A session has two different terminal events.
    case secondEnd = "SECOND_END"
    /// An event follows the terminal one.
    case eventAfterEnd = "EVENT_AFTER_END"
    /// A status event tells of a session that was never created.
    case eventWithoutSession = "EVENT_WITHOUT_SESSION"
    /// An offset is committed though its request has no durable outcome.
    case committedTooEarly = "COMMITTED_TOO_EARLY"
    /// A URL was published that was about to die.
    case shortLivedURL = "SHORT_LIVED_URL"

    /// The guarantee that it breaks.
    public var invariant: AuditInvariant {
      switch self {
      case .replyMissing, .deadLetterMissing, .deadLetterWithoutRequest, .unreadableRecord, .historyTooLong: .answered
      case .twoLiveURLs: .oneLiveURL
      case .replyChanged, .ledgerDisagrees, .unknownToLedger: .sameReply
      case .endMissing, .secondEnd, .eventAfterEnd, .eventWithoutSession: .oneEnd
      case .committedTooEarly: .durableBeforeCommit
      case .shortLivedURL: .livesLongEnough
      }
    }
  }

  /// What is wrong.
  public var code: Code
  /// The record that shows it. For something that is missing: the one that it should follow.
  public var place: RecordCoordinate
  /// The record that contradicts it, if there is one.
  public var other: RecordCoordinate?
  /// Whose it is; nil if that is unknown.
  public var identity: RequestIdentity?
  /// The session, where it is about one; in lower case.
  public var sessionID: String?

  /// Makes a finding.
  public init(
    code: Code, place: RecordCoordinate, other: RecordCoordinate? = nil, identity: RequestIdentity? = nil, sessionID: String? = nil
  ) {
    self.code = code
    self.place = place
    self.other = other
    self.identity = identity
    self.sessionID = sessionID
  }
}
