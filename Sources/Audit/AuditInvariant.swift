/// The guarantees that an audit checks; the numbers are those of `ops/decisions/0008`.
public enum AuditInvariant: Int, Hashable, Sendable, CaseIterable {
  /// I1: no request without a reply or a dead letter.
  case answered = 1
  /// I2: at most one live published URL for an identity.
  case oneLiveURL = 2
  /// I3: repeated replies are identical.
  case sameReply = 3
  /// I4: every created and published session gets exactly one terminal status event.
  case oneEnd = 4
  /// I5: no offset is committed before its outcome is durable.
  case durableBeforeCommit = 5
  /// I7: no URL with less than the minimum lifetime left is published.
  case livesLongEnough = 7

  /// `I1`.
  public var name: String { "I\(rawValue)" }

  /// What it says, in a few words.
  public var title: String {
    switch self {
    case .answered: "every consumed request has its reply or dead letter"
    case .oneLiveURL: "at most one live URL for an identity"
    case .sameReply: "repeated replies are identical"
    case .oneEnd: "every published session has exactly one end"
    case .durableBeforeCommit: "no offset committed before its outcome is durable"
    case .livesLongEnough: "no URL published with too little lifetime left"
    }
  }
}
