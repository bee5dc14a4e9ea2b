import CheckoutSession

/// One fact in numbers, as the scratch file keeps it and the judge reads it. Names stay in the file until a finding needs them.
struct Entry {
  /// What it is about.
  enum Kind: Int64 {
    case request = 1
    case reply = 2
    case event = 3
    case generation = 4
  }

  /// Where it stands: a number for the topic, the partition, the offset.
  struct Place: Hashable {
    var topic: Int64
    var partition: Int64
    var offset: Int64
  }

  /// A session's id, 128 bits.
  struct Session: Hashable, Comparable {
    var high: Int64
    var low: Int64

    static func < (lhs: Session, rhs: Session) -> Bool { (lhs.high, lhs.low) < (rhs.high, rhs.low) }
  }

  /// The scratch file's row; 0 before it is written.
  var row: Int64 = 0
  var kind: Kind
  /// The record's timestamp; of a generation: when its identity was claimed first.
  var at: Timestamp
  var place: Place
  /// Outcome, status or the ledger's flags, see ``GenerationFlags``; of a request: ``AuditedRequest/replayCount``.
  var code: Int64 = 0
  var generation: Int64 = 0
  /// Of a request and a reply: the echoed headers.
  var correlation: Int64 = 0
  /// Of a request: its body; of a reply: what must not change.
  var content: Int64 = 0
  var session: Session?
  /// Of a reply: ``AuditedReply/Session/url``; 0 without one.
  var url: Int64 = 0
  /// Of a reply: `expiresAt`; of an event: `observedAt`; of a generation: when it was decided.
  var moment: Timestamp?
  /// Of an event: when its session was created.
  var createdAt: Timestamp?

  /// A reply's outcome.
  var outcome: ReplyOutcome? { EntryCodes.outcome(code) }
  /// An event's status.
  var status: SessionStatus? { EntryCodes.status(code) }
}
