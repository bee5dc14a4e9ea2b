import CheckoutSession

/// How a process takes part in the division of the gateway's quota.
///
/// All processes over one ledger must agree on everything but the lane.
struct QuotaKeeperConfiguration: Sendable {
  /// What the process sends.
  var lane: QuotaMember.Lane
  /// What reconciliation is guaranteed, 0 to 1 (`reconciliation.share`).
  var reconciliationShare: Double
  /// The time from one request for a grant to the next. A lane that wants more waits for two of them at the most: one until the others have let go.
  var round: Duration = .seconds(1)
  /// The same while the process has nothing.
  var roundWithoutGrant: Duration = .milliseconds(250)
  /// How long a grant lasts. Two rounds may fail before it ends; a crashed process's part is missed for as long.
  var grantDuration: Duration = .seconds(3)
  /// A grant is given up this much before its end: more than what the clocks of the hosts that share a ledger may differ by,
  /// and than a timer is late on a busy machine.
  var margin: Duration = .milliseconds(250)
  /// The longest pause that is taken over from another process: a clock that was put back must not stop a worker for a day.
  var pauseMax: Duration = .seconds(600)
  /// How long a process that ends waits for the ledger to take its part back. If it does not come to that, the others miss the part until its grant ends.
  var leaveMax: Duration = .seconds(1)
}
