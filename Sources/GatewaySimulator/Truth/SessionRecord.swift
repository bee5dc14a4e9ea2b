import CheckoutSession

/// What truly happened to one session, as `GET /__simulator/sessions` serves it. All times are real time.
public struct SessionRecord: Hashable, Sendable {
  /// A status and when it began.
  public struct Change: Hashable, Sendable {
    /// The status.
    public let status: SimulatedStatus
    /// When it began.
    public let at: Timestamp
  }

  /// The session's id.
  public let id: String
  /// What it was made for.
  public let mode: SessionMode
  /// `X-Merchant-Id`, in lower case.
  public let merchantID: String
  /// `payment.merchantTransactionId`; nil if the request has none.
  public let merchantTransactionID: String?
  /// Which attempt for the same request made it, from 1. Refused tokens and quota refusals are no attempts.
  public let attempt: Int
  /// When it was made.
  public let createdAt: Timestamp
  /// When it runs out, unless it ends before.
  public let expiresAt: Timestamp
  /// What it is now.
  public let status: SimulatedStatus
  /// What it has been until now, in order, ``status`` last.
  public let history: [Change]
  /// How it ends or has ended; decided when it was made.
  public let end: Change
  /// How often it was asked for.
  public let polls: Int
  /// What became of the answer to its POST.
  public let answer: AnswerFate
  /// The fault that struck its POST.
  public let fault: FaultKind?

  init(_ session: SimulatedSession, at now: Int64) {
    id = SessionIdentifier.text(session.id)
    mode = session.mode
    merchantID = session.merchantID
    merchantTransactionID = session.merchantTransactionID
    attempt = Int(session.attempt)
    createdAt = Timestamp(nanosecondsSinceEpoch: session.createdAt)
    expiresAt = Timestamp(nanosecondsSinceEpoch: session.expiresAt)
    status = session.status(at: now)
    history = session.history(until: now).map { Change(status: $0.status, at: Timestamp(nanosecondsSinceEpoch: $0.at)) }
    end = Change(status: session.endStatus, at: Timestamp(nanosecondsSinceEpoch: session.endsAt))
    polls = Int(session.polls)
    answer = session.answer
    fault = session.fault
  }

  /// Appends the session as one line of JSON.
  func appendLine(to bytes: inout [UInt8]) {
    JSONWriter.append(to: &bytes) { writer in
      writer.object { line in
        line.member("id", id)
        line.member("mode", mode.rawValue)
        line.member("merchantId", merchantID)
        if let merchantTransactionID {
          line.member("merchantTransactionId", merchantTransactionID)
        } else {
          line.nullMember("merchantTransactionId")
        }
        line.member("attempt", attempt)
        line.member("createdAt", createdAt)
        line.member("expiresAt", expiresAt)
        line.member("status", status.rawValue)
        line.array("history") { for change in history { Self.write(change, to: &$0) } }
        line.name("end")
        Self.write(end, to: &line)
        line.member("polls", polls)
        line.member("answer", answer.rawValue)
        if let fault { line.member("fault", fault.rawValue) } else { line.nullMember("fault") }
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private static func write(_ change: Change, to writer: inout JSONWriter) {
    writer.object { object in
      object.member("status", change.status.rawValue)
      object.member("at", change.at)
    }
  }
}
