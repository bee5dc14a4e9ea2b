import CheckoutSession

/// How things stand, at one moment.
struct StatusReport: Hashable, Sendable {
  /// When.
  var at: Timestamp
  /// The ledger.
  var ledger: LedgerStatus
  /// The consumer group.
  var group: GroupStatus

  /// Since when the oldest request waits for its answer, as far as that is known: in the ledger, or in the request topic behind the commits.
  /// Nil if none waits, or nothing is known.
  var oldestUnanswered: Timestamp? { [ledger.oldestUnanswered, group.oldestUncommitted].compactMap(\.self).min() }

  /// The exit code: 75 when no broker can be reached, 1 when the ledger cannot be read, 77 when the broker refuses the credentials.
  var status: ExitStatus { ledger.status.worse(group.status) }
}
