import CheckoutSession

/// An audit in numbers. `consumed = replied + dead-lettered + unanswered + outside` and `created = ended + outstanding + without an end + outside` always hold;
/// the audit is clean if nothing is unanswered, nothing is without an end, and there is no other exception.
public struct AuditTotals: Hashable, Sendable {
  /// Request records below the group's committed offsets, and what became of them.
  public struct Consumed: Hashable, Sendable {
    /// All of them.
    public var count = 0
    /// Answered with a session, or as expired.
    public var replied = 0
    /// In the dead-letter topic: rejected, or given up.
    public var deadLettered = 0
    /// Neither: each is an exception.
    public var unanswered = 0
    /// From before the time from which on the reply topics hold everything, and without an answer there.
    public var outside = 0
  }

  /// Sessions whose URL was published, and what became of them.
  public struct Created: Hashable, Sendable {
    /// All of them.
    public var count = 0
    /// With a terminal event.
    public var ended = 0
    /// Alive, or still asked about.
    public var outstanding = 0
    /// Neither: each is an exception.
    public var withoutEnd = 0
    /// From before the time from which on the status topic holds everything, and without an end there.
    public var outside = 0
  }

  /// Request records read.
  public var requests = 0
  /// Those that the group has consumed.
  public var consumed = Consumed()
  /// Those that the group has not come to: neither consumed nor answered.
  public var waiting = 0
  /// Those that are answered and not committed yet.
  public var answeredAhead = 0
  /// When the oldest waiting request was written.
  public var oldestWaiting: Timestamp?
  /// Sessions that were published.
  public var created = Created()
  /// Outstanding ones that are past their end and grace.
  public var overdue = 0
  /// Outstanding ones that the gateway has said nothing about for long (`UNRESOLVED`): a person must look.
  public var unresolved = 0
  /// Sessions that the ledger has and nobody was ever told of: made by a POST in doubt, or replaced in time (I8).
  public var neverPublished = 0
  /// Replies read.
  public var replies = 0
  /// Replies that repeat an earlier one.
  public var repeatedReplies = 0
  /// Replies to requests that are not in the range: removed since, or before it.
  public var repliesOutside = 0
  /// Status events read.
  public var events = 0
  /// Status events that repeat an earlier one.
  public var repeatedEvents = 0
  /// Dead letters read.
  public var deadLetters = 0
  /// Dead letters of requests that are not in the range.
  public var deadLettersOutside = 0
  /// Generations that the ledger holds.
  public var generations = 0
  /// Identities seen.
  public var identities = 0
  /// Exceptions by what is wrong.
  public var findings: [AuditFinding.Code: Int] = [:]

  /// Nothing yet.
  public init() {}

  /// All exceptions.
  public var findingsCount: Int { findings.values.reduce(0, +) }

  /// Exceptions that break one guarantee.
  public func count(of invariant: AuditInvariant) -> Int {
    findings.reduce(0) { $0 + ($1.key.invariant == invariant ? $1.value : 0) }
  }
}
