import CheckoutSession

/// A record on its way to the broker, with what the checks need to know of it.
enum OutRecord {
  case reply(ModelReply)
  case deadLetter(partition: Int, offset: Int)
  case event(ModelEvent)
}

/// A reply in the topic.
struct ModelReply {
  /// Replies of which all are the same bytes.
  struct Kind: Hashable {
    var requestID: String
    var generation: Int
    var outcome: ReplyOutcome
    /// Which body was rejected; nil for what the ledger decided. Two bodies under one identity may be rejected each for its own reason.
    var rejectedVariant: Int?
    /// Whether the session has completed: the URL is gone from the reply then.
    var isCompleted: Bool
  }

  var kind: Kind
  /// Of the record that it answers.
  var partition: Int
  var offset: Int
  var session: CreatedSession?
  var sentAt: Timestamp
  var value: [UInt8]
}

/// A status event in the topic.
struct ModelEvent: Equatable {
  var sessionID: SessionID
  var status: SessionStatus
  var observedAt: Timestamp
  var polls: Int
}

/// What is under way between a process and somebody else; it outlives the process.
struct Flight {
  enum Cargo {
    case post(id: UInt64, isRefused: Bool)
    case get(id: UInt64, SessionID)
    case publication(number: Int, records: [OutRecord], next: Int, failures: [Int: PublishFailure])
  }
  /// What becomes of one record.
  enum PublishFailure { case refused, inDoubt }

  /// Which place the process has, and which life of that place it is.
  let sender: Int
  let life: Int
  let leftAt: Int64
  var cargo: Cargo

  /// How long a call may take before its caller gives it up, in milliseconds: the request time-out.
  static let callTimeout: Int64 = 15_000
  /// How long a record may take to arrive, in milliseconds.
  static let deliveryTimeout: Int64 = 20_000
}
