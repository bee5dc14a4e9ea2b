/// What truly holds for a session at one moment (`contract/gateway.md`, "GET /sessions/{id}").
public enum SimulatedStatus: String, Hashable, Sendable, CaseIterable {
  /// It exists and cannot be used yet.
  case accepted = "ACCEPTED"
  /// A shopper can use it.
  case created = "CREATED"
  /// The shopper did what the mode is for.
  case completed = "COMPLETED"
  /// The payment or the method was refused.
  case failed = "FAILED"
  /// Canceled: GET answers 410.
  case canceled = "CANCELED"
  /// Ran out: GET answers 401 SESSION_TIMEOUT.
  case timedOut = "TIMED_OUT"

  /// Whether nothing follows.
  public var isTerminal: Bool { self != .accepted && self != .created }
}
