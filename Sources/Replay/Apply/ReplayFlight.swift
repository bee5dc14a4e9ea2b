import CheckoutSession

/// A request that is sent and whose reply is waited for.
struct ReplayFlight: Sendable {
  /// Who has sent it.
  enum Sender: Hashable, Sendable {
    /// This run.
    case thisRun
    /// A run that died before it could note so. This run has noted it, and counts it among its own.
    case deadRun
    /// An earlier run of the plan, which has noted it; by its number.
    case earlierRun(Int64)

    /// The earlier run whose count it belongs to; nil: this one's.
    var earlierRun: Int64? { if case .earlierRun(let number) = self { number } else { nil } }
  }

  /// The plan's line.
  var entry: PlanEntry
  /// What names it.
  var mark: ReplayMark
  /// Whether the rest waits for its reply.
  var isCanary: Bool
  /// Who has sent it.
  var sender: Sender
  /// Whether the ledger has it as sent, so that its answer can be noted.
  var isRecorded: Bool
  /// Its answer, if it has come before the ledger has it as sent.
  var answer: ReplayAnswer?
  /// Lines of the plan that wait for it.
  var lines = 1

  /// Whether another run has sent it.
  var isInherited: Bool { sender != .thisRun }
}

/// A reply with the request that it answers.
struct ReplayLanding: Sendable {
  var flight: ReplayFlight
  var answer: ReplayAnswer
}
