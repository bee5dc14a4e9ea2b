import CheckoutSession

/// One event of the audit topic (`replay.auditTopic`): who applied what. Holds no customer data, and of a patch only that there was one.
public struct ReplayAuditEvent: Sendable {
  /// What it tells.
  public enum Kind: Sendable {
    /// A run begins.
    case started
    /// A record was sent or dropped. The answer is nil when none has been seen.
    case applied(PlanEntry, count: Int, answer: ReplayAnswer?)
    /// A run has ended.
    case finished(ReplayRun.End, ReplayApplyReport)
  }

  /// The run's number.
  public var run: Int64
  /// SHA-256 of the plan file.
  public var planHash: BodyHash
  /// Who runs it.
  public var user: String
  /// On which host.
  public var host: String
  /// When.
  public var at: Timestamp
  /// What it tells.
  public var kind: Kind

  /// Makes an event.
  public init(run: Int64, planHash: BodyHash, user: String, host: String, at: Timestamp, kind: Kind) {
    self.run = run
    self.planHash = planHash
    self.user = user
    self.host = host
    self.at = at
    self.kind = kind
  }
}
