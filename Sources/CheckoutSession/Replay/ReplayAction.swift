/// What an operator wants done about a dead letter; the `action` of a plan's line.
public enum ReplayAction: String, Hashable, Sendable, CaseIterable {
  /// Send it again under its identity.
  case retry
  /// Send it again and make a new session even though the identity's last one is over, whatever it ended as.
  case retryNew = "retry-new"
  /// Send it again with its body changed by a JSON Merge Patch.
  case edit
  /// Leave it: nothing is sent and nothing noted.
  case skip
  /// Mark it as handled without sending it, for a reason.
  case drop

  /// Whether a record is sent.
  public var isSending: Bool { self == .retry || self == .retryNew || self == .edit }
}
