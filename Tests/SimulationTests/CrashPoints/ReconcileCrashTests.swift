import CheckoutSession
import Reconciliation
import Synchronization
import TestClock
import Testing

/// The reconcile stage, the real one, killed at every point between two of its steps, one by one.
@Suite("Crash points of the reconcile stage") struct ReconcileCrashTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let scenario: ReconcileScenario
    let point: ReconcilePoint

    var testDescription: String { "\(scenario.rawValue), killed: \(point.rawValue)" }

    static let all = ReconcileScenario.allCases.flatMap { scenario in scenario.points.map { Case(scenario: scenario, point: $0) } }
  }

  private static func run(_ each: Case) throws -> CrashRow {
    let world = try ReconcileCrashWorld(each.scenario)
    try world.run(.untilSettled, dyingAt: each.point)
    #expect(world.site.isDead, "the run does not come by this point")
    let durable = world.durable
    if each.scenario == .unreachable { world.state.withLock { $0.silence = nil } }
    world.simulation.pass(.seconds(5))
    try world.run(.untilSettled, dyingAt: nil)
    let secondRun = world.site.deeds
    var violations: [String] = []
    if each.scenario == .unresolved {
      // A person has looked, the gateway speaks again, and the true end follows.
      if !world.events.contains(where: { $0.status == "UNRESOLVED" }) { violations.append("nobody heard that it is unresolved") }
      world.state.withLock { $0.silence = nil }
      world.simulation.pass(.seconds(7200))
      try world.run(.once, dyingAt: nil)
    }
    let (events, gets) = world.state.withLock { ($0.events.count, $0.gets) }
    return CrashRow(
      point: each.testDescription, durable: durable, secondRun: secondRun, replies: events, calls: gets, orphans: 0,
      violations: violations + world.violations)
  }

  @Test(arguments: Case.all) func nextRunCompletesTheWork(_ each: Case) throws {
    #expect(try Self.run(each).verdict == "holds")
  }

  @Test func table() throws {
    print("Crash points of the reconcile stage\n" + CrashRow.table(try Case.all.map(Self.run), published: "events", calls: "GETs"))
  }
}

extension ReconcileCrashWorld {
  var events: [EventValue] { state.withLock { $0.events.map(\.value) } }

  /// What a process that begins now finds.
  fileprivate var durable: String {
    state.withLock { state in
      let rows = state.ledger.outstanding.map { row in
        "\(row.status.rawValue)\(row.observedAt == nil ? "" : " untold")\(row.lease == nil ? "" : ", leased")"
      }
      return "\(rows.first ?? "ended"), events \(state.events.count)"
    }
  }

  /// Everything that is not as promised.
  fileprivate var violations: [String] {
    state.withLock { state in
      var violations: [String] = []
      let ends = state.events.filter(\.value.terminal)
      if ends.isEmpty { violations.append("I4: nobody heard how it ended") }
      if ends.contains(where: { $0.value.status != session.end.rawValue }) { violations.append("I4: not the gateway's truth") }
      for (index, event) in state.events.enumerated() {
        for earlier in state.events[..<index] where earlier.ceID == event.ceID && earlier.value != event.value {
          violations.append("I3: two events under one id")
        }
        if state.events[..<index].contains(where: \.value.terminal), !event.value.terminal {
          violations.append("I4: something follows the end")
        }
      }
      if !state.ledger.outstanding.isEmpty { violations.append("still outstanding") }
      return violations
    }
  }
}
