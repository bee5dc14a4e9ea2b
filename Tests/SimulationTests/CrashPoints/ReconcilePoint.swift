import CheckoutSession

/// Every point between two steps of the reconcile stage, in their order.
enum ReconcilePoint: String, CaseIterable, Sendable {
  case leased = "leased"
  case getSent = "GET sent, not answered"
  case answered = "answered, not recorded"
  case recorded = "recorded"
  case published = "published, not acknowledged"
  case acknowledged = "acknowledged, not marked"
  case marked = "marked"
  case releasing = "to be given back"
  case released = "given back"
}

/// What is outstanding, and at which of several events of it the process dies.
enum ReconcileScenario: String, CaseIterable, Sendable {
  case terminal = "it has completed"
  case ranOut = "it has run out"
  case usable = "it is usable, and completes later"
  case unchanged = "it is usable, nothing has changed"
  case unresolved = "nobody answers long after its end, later it has completed"
  case unreachable = "nobody can connect"
  case republished = "its end was recorded by a process that died"

  /// Points that a run of this kind comes by.
  var points: [ReconcilePoint] {
    ReconcilePoint.allCases.filter { point in
      switch self {
      case .unreachable: [.leased, .getSent, .releasing, .released].contains(point)
      case .unchanged: ![.releasing, .released, .published, .acknowledged, .marked].contains(point)
      case .republished: ![.answered, .recorded, .releasing, .released].contains(point)
      default: ![.releasing, .released].contains(point)
      }
    }
  }

  /// The session's age at the beginning.
  var age: Int64 {
    switch self {
    case .ranOut: 940_000
    case .unresolved: 900_000 + 130_000
    default: 60_000
    }
  }

  /// The age at which it ends as completed; nil: it runs out.
  var completesAt: Int64? {
    switch self {
    case .terminal, .republished, .unresolved: 30_000
    case .usable, .unchanged, .unreachable: 200_000
    case .ranOut: nil
    }
  }
}
