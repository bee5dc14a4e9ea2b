/// How long the reconcile stage works (`checkout-worker reconcile`).
public enum ReconciliationRun: String, Hashable, Sendable, CaseIterable {
  /// Polls every session that is due when it starts, publishes what it learnt, and ends: a cron job.
  case once
  /// Until no session is outstanding but those that no run can settle: unresolved ones, and those the gateway refuses to speak about.
  case untilSettled
  /// Until it is told to stop: a service.
  case watch
}
