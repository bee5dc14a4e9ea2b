/// What is known of a session (`contract/messages.md`, "Status event value"). A status only ever moves forward, see ``mayBecome(_:)``.
public enum SessionStatus: String, Hashable, Sendable, CaseIterable {
  /// The gateway took the request. No event says so: the reply did.
  case accepted = "ACCEPTED"
  /// Usable now.
  case created = "CREATED"
  /// The gateway gave no answer long after the deadline: a person must look. The true status may still follow.
  case unresolved = "UNRESOLVED"
  /// Ended as it should: paid, or a payment method was added or selected.
  case completed = "COMPLETED"
  /// Ended otherwise, says the gateway.
  case failed = "FAILED"
  /// Called off.
  case canceled = "CANCELED"
  /// Its 15 minutes ran out. The normal end of a ``SessionMode/paymentMethodDisplay`` session.
  case timedOut = "TIMED_OUT"
  /// The gateway does not know it, more than 30 s after its creation.
  case notFound = "NOT_FOUND"

  /// Whether nothing follows it.
  public var isTerminal: Bool { rank == Self.terminalRank }

  /// Whether a session of this status may come to have `next`: forward only, and nothing follows a terminal status.
  public func mayBecome(_ next: SessionStatus) -> Bool { next.rank > rank }

  /// The CloudEvents type of such an event, `checkout.session.timed_out` and so on.
  public var cloudEventsType: String { "checkout.session.\(rawValue.lowercased())" }

  private static let terminalRank = 3
  private var rank: Int {
    switch self {
    case .accepted: 0
    case .created: 1
    case .unresolved: 2
    case .completed, .failed, .canceled, .timedOut, .notFound: Self.terminalRank
    }
  }
}
