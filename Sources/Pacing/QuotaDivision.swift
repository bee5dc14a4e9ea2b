/// Divides the gateway's quota among the processes that send to it (`reconciliation.share`). Pure.
///
/// Two lanes share the quota: creation and reconciliation. Each is guaranteed a part (reconciliation its share, creation the rest), creation
/// goes first for what is left over, and a lane lends what it does not want. Within a lane the one who wants least is served first, and
/// those who want more than there is get equal parts. What nobody wants goes to creation, so that a burst after a quiet time finds its quota there,
/// but for a part that a process finds free when it starts.
///
/// Everybody computes the same division from what all want, one at a time, and takes of it what the others have let go of:
/// so the grants never add up to more than 1, and two rounds after the last change everybody has what the division says.
public struct QuotaDivision: Sendable {
  /// What a process sends.
  public enum Lane: Sendable, Equatable, CaseIterable {
    /// New sessions.
    case creation
    /// Polls.
    case reconciliation
  }

  /// One process, in parts of the whole quota.
  public struct Member: Sendable, Equatable {
    /// What it sends.
    public var lane: Lane
    /// What it could use, 0 to 1.
    public var demand: Double
    /// What it may use, 0 to 1; not looked at for the one who asks.
    public var granted: Double

    /// Makes a member; a demand that is no number counts as none.
    public init(lane: Lane, demand: Double, granted: Double) {
      self.lane = lane
      self.demand = demand.isNaN ? 0 : min(max(demand, 0), 1)
      self.granted = granted
    }
  }

  /// What is kept free of what nobody wants, for a process that starts.
  public static let keptForNewcomers = 0.1
  /// Grants are whole multiples of `1 / slices`, a power of two: their sums are exact, so that rounding never makes more than 1 of them.
  public static let slices = 1_048_576.0

  /// What reconciliation is guaranteed, 0 to 1.
  public let reconciliationShare: Double

  /// - Parameter reconciliationShare: 0 to 1 (`reconciliation.share`).
  public init(reconciliationShare: Double) {
    self.reconciliationShare = reconciliationShare.isNaN ? 0 : min(max(reconciliationShare, 0), 1)
  }

  /// What one member may use from now on: its part of the division, as far as the others have let go of it.
  /// - Parameter others: all whose grants have not ended.
  /// - Returns: 0 to 1, a multiple of `1 / slices`.
  public func grant(for me: Member, others: [Member]) -> Double {
    let free = 1 - others.reduce(0) { $0 + $1.granted }
    let granted = max(0, min(part(of: me, others: others), free))
    return Double(Int(granted * Self.slices)) / Self.slices  // cut, not rounded
  }

  /// What the division says one member should have, whatever the others have now.
  func part(of me: Member, others: [Member]) -> Double {
    let lane = others.filter { $0.lane == me.lane }.map(\.demand) + [me.demand]
    let mine = min(1, lane.reduce(0, +))
    let rivals = others.filter { $0.lane != me.lane }
    let theirs = min(1, rivals.reduce(0) { $0 + $1.demand })
    let (creation, reconciliation) = me.lane == .creation ? (mine, theirs) : (theirs, mine)

    let forCreation = min(creation, 1 - min(reconciliation, reconciliationShare))
    let forReconciliation = min(reconciliation, 1 - forCreation)
    let spare = max(0, 1 - forCreation - forReconciliation - Self.keptForNewcomers)
    let getsSpare = me.lane == .creation || rivals.isEmpty
    let part = Self.fairPart(of: me.demand, among: lane, total: me.lane == .creation ? forCreation : forReconciliation)
    return part + (getsSpare ? spare / Double(lane.count) : 0)
  }

  /// What one demand gets when all share `total`: nobody gets more than wanted, and nobody less than another unless they want less.
  private static func fairPart(of demand: Double, among demands: [Double], total: Double) -> Double {
    var left = total
    var count = demands.count
    for smallest in demands.sorted() {
      let equal = left / Double(count)
      guard smallest < equal else { return min(demand, equal) }
      left -= smallest
      count -= 1
    }
    return demand
  }
}
