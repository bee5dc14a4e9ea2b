/// One `replay apply` as the ledger knows it: who sends what of which plan.
public struct ReplayRun: Hashable, Sendable {
  /// How a run ended.
  public enum End: String, Hashable, Sendable, CaseIterable {
    /// Everything of its plan is settled.
    case finished = "FINISHED"
    /// The canary's replies were not as predicted, so the rest was not sent.
    case canaryFailed = "CANARY_FAILED"
    /// Asked to end, or ended by an error, before everything was settled.
    case stopped = "STOPPED"
  }

  /// SHA-256 of the plan file's bytes.
  public var planHash: BodyHash
  /// Who started it, by the system's user name.
  public var user: String
  /// On which host.
  public var host: String
  /// When it began, by the ledger's clock.
  public var startedAt: Timestamp
  /// Until when what it has claimed is its own; moved on while it lives.
  public var aliveUntil: Timestamp
  /// When and how it ended; nil while it runs, and for one that was killed.
  public var ended: Ending?

  /// When and how a run ended.
  public struct Ending: Hashable, Sendable {
    /// When.
    public var at: Timestamp
    /// How.
    public var end: End

    /// Makes an ending.
    public init(at: Timestamp, end: End) {
      self.at = at
      self.end = end
    }
  }

  /// Makes a run that begins.
  public init(
    planHash: BodyHash, user: String, host: String, startedAt: Timestamp, aliveUntil: Timestamp, ended: Ending? = nil
  ) {
    self.planHash = planHash
    self.user = user
    self.host = host
    self.startedAt = startedAt
    self.aliveUntil = aliveUntil
    self.ended = ended
  }
}
