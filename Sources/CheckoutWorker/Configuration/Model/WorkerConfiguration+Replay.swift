extension WorkerConfiguration {
  /// Sending dead letters again: `replay.*`.
  public struct Replay: Sendable, Equatable {
    /// How often one request may be replayed before `--force` is needed.
    public var maxAttempts = 3
    /// Where what was applied is told of; nil: nowhere.
    public var auditTopic: String?
    /// How long what a run has claimed stays its own without a sign of life from it.
    public var leaseDuration: Duration = .seconds(15)
    /// How long the ledger remembers what was replayed, and so refuses to send it twice.
    public var historyRetention: Duration = .seconds(90 * 86_400)
  }
}
