import CheckoutSession

/// A request that is sent and whose reply is waited for.
struct ReplayFlight: Sendable {
  /// The plan's line.
  var entry: PlanEntry
  /// What names it.
  var mark: ReplayMark
  /// Whether the rest waits for its reply.
  var isCanary: Bool
  /// Whether an earlier run has sent it.
  var isInherited: Bool
  /// Whether the ledger has it as sent, so that its answer can be noted.
  var isRecorded: Bool
  /// Its answer, if it has come before the ledger has it as sent.
  var answer: ReplayAnswer?
}

/// A reply with the request that it answers.
struct ReplayLanding: Sendable {
  var flight: ReplayFlight
  var answer: ReplayAnswer
}
