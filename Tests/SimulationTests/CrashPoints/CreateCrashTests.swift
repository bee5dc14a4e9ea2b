import Synchronization
import TestClock
import Testing

/// The create stage, the real one, killed at every point between two of its steps, one by one.
@Suite("Crash points of the create stage") struct CreateCrashTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let scenario: CreateScenario
    let point: CreatePoint

    var testDescription: String { "\(scenario.rawValue), killed: \(point.rawValue)" }

    static let all = CreateScenario.allCases.flatMap { scenario in scenario.points.map { Case(scenario: scenario, point: $0) } }
  }

  private static func run(_ each: Case) throws -> CrashRow {
    let world = CreateCrashWorld(each.scenario.requests)
    var inFlight = each.scenario.requests.count
    if let before = each.scenario.before {
      try world.run(dyingAt: before.point)
      #expect(world.site.isDead)
      world.simulation.pass(before.pause)
      inFlight += 1
    }
    try world.run(dyingAt: each.point)
    #expect(world.site.isDead, "the run does not come by this point")
    let durable = world.durable
    world.simulation.pass(.seconds(5))
    try world.run(dyingAt: nil)
    let (replies, posts) = world.state.withLock { ($0.replies.count, $0.gateway.posts) }
    return CrashRow(
      point: each.testDescription, durable: durable, secondRun: world.site.deeds, replies: replies, calls: posts, orphans: world.orphans,
      violations: world.violations(orphansMax: inFlight))
  }

  @Test(arguments: Case.all) func nextRunCompletesTheWork(_ each: Case) throws {
    #expect(try Self.run(each).verdict == "holds")
  }

  @Test func table() throws {
    print("Crash points of the create stage\n" + CrashRow.table(try Case.all.map(Self.run), published: "replies", calls: "POSTs"))
  }
}
