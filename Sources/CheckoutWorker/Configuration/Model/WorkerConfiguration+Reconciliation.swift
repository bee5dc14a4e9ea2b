import Reconciliation

extension WorkerConfiguration {
  /// The reconcile stage: `reconciliation.*`.
  public struct Reconciliation: Sendable, Equatable {
    /// How long a reconciler keeps the sessions that it has taken to itself; a killed one's are polled by others after it. Real time.
    public var leaseDuration: Duration = .seconds(60)
    /// How long after its deadline a session is polled for the last time.
    public var grace: Duration = .seconds(30)
    /// How long after its deadline a session that the gateway says nothing about is reported as `UNRESOLVED`.
    public var unresolvedAfter: Duration = .seconds(24 * 3600)
    /// The part of the gateway's quota that polling always gets if it wants it; creation always gets the rest.
    public var share = 0.3
    /// Most sessions that are taken at once: the bound on the stage's memory.
    public var batchMax = 500
    /// When the gateway is asked about a session, by mode. In the gateway's time.
    public var schedule = PollSchedules()
  }
}
