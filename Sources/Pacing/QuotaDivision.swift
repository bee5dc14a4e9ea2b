/// Divides the gateway's quota among the processes that send to it (`reconciliation.share`). Pure.
///
/// Two lanes share the quota: creation and reconciliation. Each is guaranteed a part (reconciliation its share, creation the rest), creation
/// goes first for what is left over, and a lane lends what it does not want. Within a lane each has a part of its own, by its weight among those
/// who are there: for creation the partitions that it was assigned. Who wants less than that is served first and lends the rest, and those who want more
/// divide what is left, again by their weights. A member without weight gets nothing. What nobody wants goes to creation, so that a burst after a quiet time
/// finds its quota there, but for a part that a process finds free when it starts.
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
    /// Its own part of its lane before it borrows, in relation to the others' weights, 0 to 1: the request topic's partitions that it has, of all.
    public var weight: Double
    /// What it could use, 0 to 1.
    public var demand: Double
    /// What it may use, 0 to 1; not looked at for the one who asks.
    public var granted: Double

    /// Makes a member; a demand or a weight that is no number counts as none.
    public init(lane: Lane, weight: Double = 1, demand: Double, granted: Double) {
      self.lane = lane
      self.weight = weight.isNaN ? 0 : min(max(weight, 0), 1)
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
    guard me.weight > 0 else { return 0 }
    let entitled = others.filter { $0.weight > 0 }
    let lane = entitled.filter { $0.lane == me.lane } + [me]
    let mine = min(1, lane.reduce(0) { $0 + $1.demand })
    let rivals = entitled.filter { $0.lane != me.lane }
    let theirs = min(1, rivals.reduce(0) { $0 + $1.demand })
    let (creation, reconciliation) = me.lane == .creation ? (mine, theirs) : (theirs, mine)

    let forCreation = min(creation, 1 - min(reconciliation, reconciliationShare))
    let forReconciliation = min(reconciliation, 1 - forCreation)
    let spare = max(0, 1 - forCreation - forReconciliation - Self.keptForNewcomers)
    let getsSpare = me.lane == .creation || rivals.isEmpty
    let part = Self.fairPart(of: me, among: lane, total: me.lane == .creation ? forCreation : forReconciliation)
    return part + (getsSpare ? spare * me.weight / lane.reduce(0) { $0 + $1.weight } : 0)
  }

  /// What one gets when all share `total` by their weights: nobody gets more than wanted, and for its weight nobody less than another unless it wants less.
  private static func fairPart(of me: Member, among lane: [Member], total: Double) -> Double {
    var left = total
    var weight = lane.reduce(0) { $0 + $1.weight }
    for modest in lane.sorted(by: { $0.demand * $1.weight < $1.demand * $0.weight }) {
      let perWeight = left / weight
      guard modest.demand < perWeight * modest.weight else { return min(me.demand, perWeight * me.weight) }
      left -= modest.demand
      weight -= modest.weight
    }
    return me.demand
  }
}
