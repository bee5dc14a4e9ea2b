import NIOHTTP1

/// Counts requests by route and by what they got, and faults by kind.
struct RequestTally {
  /// What a request got.
  struct Cell: Hashable {
    let route: String
    let outcome: Outcome
  }

  enum Outcome: Hashable {
    case status(Int)
    case reset
    case noAnswer

    var name: String {
      switch self {
      case .status(let code): String(code)
      case .reset: "reset"
      case .noAnswer: "noAnswer"
      }
    }
  }

  private(set) var cells: [Cell: Int] = [:]
  private(set) var faults: [FaultKind: Int] = [:]
  private(set) var quotaRefusals = 0

  mutating func count(_ plan: Plan, route: String) {
    let outcome: Outcome =
      switch plan.delivery {
      case .reset: .reset
      case .hang: .noAnswer
      case .whole, .drip, .cutOff: .status(Int(plan.answer.status.code))
      }
    cells[Cell(route: route, outcome: outcome), default: 0] += 1
  }

  mutating func count(_ fault: FaultKind) { faults[fault, default: 0] += 1 }
  mutating func countQuotaRefusal() { quotaRefusals += 1 }
}
