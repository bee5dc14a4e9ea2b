import Pacing
import Testing

@Suite("Quota division")
struct QuotaDivisionTests {
  typealias Member = QuotaDivision.Member

  /// What everybody has once all have had their turn twice.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    /// Demands by lane, and what they should come to.
    var creation: [(demand: Double, expected: Double)] = []
    var reconciliation: [(demand: Double, expected: Double)] = []
    /// Those of creation; 1 each if there are none.
    var weights: [Double] = []
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "alone and busy: everything", creation: [(1, 1)]),
    Case(name: "alone and idle: all but what is kept for newcomers", creation: [(0.1, 0.9)]),
    Case(name: "a reconciler alone and idle", reconciliation: [(0.05, 0.9)]),
    Case(name: "both lanes busy: their shares", creation: [(1, 0.7)], reconciliation: [(1, 0.3)]),
    Case(name: "creation idle: reconciliation gets all but its floor", creation: [(0.1, 0.1)], reconciliation: [(1, 0.9)]),
    Case(name: "reconciliation idle: creation gets all but its floor", creation: [(1, 0.95)], reconciliation: [(0.05, 0.05)]),
    Case(name: "creation first for what is left over", creation: [(0.8, 0.8)], reconciliation: [(0.2, 0.2)]),
    Case(name: "reconciliation gets what creation leaves", creation: [(0.4, 0.4)], reconciliation: [(1, 0.6)]),
    Case(name: "what nobody wants goes to creation", creation: [(0.3, 0.7)], reconciliation: [(0.2, 0.2)]),
    Case(name: "two busy workers share alike", creation: [(1, 0.35), (1, 0.35)], reconciliation: [(1, 0.3)]),
    Case(name: "who wants little gets it", creation: [(1, 0.6), (0.1, 0.1)], reconciliation: [(1, 0.3)]),
    Case(name: "three reconcilers", creation: [(0.1, 0.1)], reconciliation: [(1, 0.4), (1, 0.4), (0.1, 0.1)]),
    Case(name: "nobody wants anything", creation: [(0, 0.45), (0, 0.45)], reconciliation: [(0, 0)]),
    Case(name: "twenty idle workers", creation: Array(repeating: (0.1, 0.035), count: 20), reconciliation: [(1, 0.3)]),
    Case(
      name: "busy workers share by their partitions", creation: [(1, 0.525), (1, 0.175)], reconciliation: [(1, 0.3)], weights: [0.75, 0.25]),
    Case(
      name: "of what is assigned to those who are there: the rest of the partitions has no owner now", creation: [(1, 0.7), (1, 0.3)],
      weights: [0.35, 0.15]),
    Case(name: "a worker without backlog lends", creation: [(0.05, 0.05), (1, 0.65)], reconciliation: [(1, 0.3)], weights: [0.75, 0.25]),
    Case(
      name: "those who want more divide what is lent by their partitions", creation: [(0.1, 0.1), (1, 0.6), (1, 0.3)],
      weights: [0.5, 0.3333, 0.16665]),
    Case(name: "no partitions, nothing", creation: [(1, 0), (1, 0.7)], reconciliation: [(1, 0.3)], weights: [0, 0.25]),
    Case(name: "no partitions, nothing of what nobody wants either", creation: [(0.1, 0), (0.1, 0.9)], weights: [0, 1]),
    Case(name: "nobody has partitions: all for the other lane", creation: [(1, 0), (1, 0)], reconciliation: [(1, 1)], weights: [0, 0]),
    Case(
      name: "what nobody wants goes by partitions", creation: [(0.1, 0.55), (0.1, 0.25)], reconciliation: [(0.1, 0.1)],
      weights: [0.75, 0.25]),
  ]

  @Test("the division", arguments: cases)
  func division(_ example: Case) {
    var group = Group(share: 0.3)
    for (index, entry) in example.creation.enumerated() {
      let weight = example.weights.isEmpty ? 1 : example.weights[index]
      group.join(Member(lane: .creation, weight: weight, demand: entry.demand, granted: 0))
    }
    for entry in example.reconciliation { group.join(Member(lane: .reconciliation, demand: entry.demand, granted: 0)) }
    for _ in 0..<2 { for index in group.members.indices { group.turn(index) } }
    let expected = (example.creation + example.reconciliation).map(\.expected)
    for (member, expected) in zip(group.members, expected) { #expect(abs(member.granted - expected) < 0.00001, "\(member)") }
  }

  @Test("what others still have is not granted twice; a newcomer gets what is free at once")
  func waitsForOthers() {
    let division = QuotaDivision(reconciliationShare: 0.3)
    let all = Member(lane: .creation, demand: 1, granted: 1)
    #expect(division.grant(for: Member(lane: .reconciliation, demand: 1, granted: 0), others: [all]) == 0)
    let most = Member(lane: .creation, demand: 0.5, granted: 0.875)
    #expect(division.grant(for: Member(lane: .reconciliation, demand: 1, granted: 0), others: [most]) == 0.125)
    #expect(division.grant(for: Member(lane: .creation, demand: .nan, granted: 0), others: [all, all]) == 0)
    #expect(division.grant(for: Member(lane: .creation, weight: .nan, demand: 1, granted: 0), others: []) == 0)
    let without = Member(lane: .creation, weight: 0, demand: 1, granted: 0.5)
    #expect(
      division.grant(for: Member(lane: .creation, demand: 1, granted: 0), others: [without]) == 0.5, "what it has not let go of is its own")
  }

  @Test("random members, weights, demands and turns: never more than 1, and settled after two rounds", arguments: 0..<200)
  func random(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var group = Group(share: .random(in: 0...0.9, using: &random))
    for _ in 0..<20 {
      group.change(using: &random)
      for round in 0..<3 {
        for index in group.members.indices.shuffled(using: &random) {
          let before = group.members[index].granted
          group.turn(index)
          #expect(group.total <= 1, "seed \(seed)")
          let slices = group.members[index].granted * QuotaDivision.slices
          #expect(slices == slices.rounded(), "no multiple, so that sums are not exact, seed \(seed)")
          if round == 2 { #expect(abs(before - group.members[index].granted) < 0.00002, "not settled, seed \(seed)") }
        }
      }
      group.checkSettled(seed: seed)
    }
  }
}

/// Processes that take turns, as the ledger's transactions make them.
private struct Group {
  let division: QuotaDivision
  var members: [QuotaDivision.Member] = []

  init(share: Double) { division = QuotaDivision(reconciliationShare: share) }

  var total: Double { members.reduce(0) { $0 + $1.granted } }

  mutating func join(_ member: QuotaDivision.Member) { members.append(member) }

  mutating func turn(_ index: Int) {
    var others = members
    let me = others.remove(at: index)
    members[index].granted = division.grant(for: me, others: others)
  }

  /// Somebody joins, leaves, or wants something else.
  mutating func change(using random: inout SplitMix64) {
    func demand() -> Double { [0, 0.05, 0.1, 1, 1, Double.random(in: 0...1, using: &random)].randomElement(using: &random) ?? 0 }
    func weight() -> Double { [0, 0.25, 1, Double.random(in: 0.01...1, using: &random)].randomElement(using: &random) ?? 1 }
    switch Int.random(in: 0..<5, using: &random) {
    case 0 where members.count < 8:
      join(.init(lane: Bool.random(using: &random) ? .creation : .reconciliation, weight: weight(), demand: demand(), granted: 0))
    case 1 where members.count > 1: members.remove(at: .random(in: members.indices, using: &random))
    case 2: for index in members.indices { members[index].weight = weight() }
    default: for index in members.indices { members[index].demand = demand() }
    }
  }

  func checkSettled(seed: UInt64) {
    let rounding = 0.00001
    let entitled = members.filter { $0.weight > 0 }
    #expect(members.allSatisfy { $0.weight > 0 || $0.granted == 0 }, "no weight, and a grant, seed \(seed)")
    for lane in QuotaDivision.Lane.allCases {
      let inLane = entitled.filter { $0.lane == lane }
      let granted = inLane.reduce(0) { $0 + $1.granted }
      let guaranteed = lane == .creation ? 1 - division.reconciliationShare : division.reconciliationShare
      let wanted = min(guaranteed, inLane.reduce(0) { $0 + $1.demand })
      #expect(granted >= wanted - rounding, "\(lane) has less than its guaranteed part, seed \(seed)")
      // Within a lane: who got less than wanted has for its weight no less than anybody else but for the spare part.
      for member in inLane where member.granted < member.demand - rounding {
        let most = member.granted / member.weight
        #expect(inLane.allSatisfy { $0.granted <= (most + rounding / member.weight) * $0.weight + rounding }, "unfair, seed \(seed)")
      }
    }
    if entitled.contains(where: { $0.granted < $0.demand - rounding }) {
      #expect(total >= 1 - rounding, "somebody wants more and there is some, seed \(seed)")
    }
  }
}
