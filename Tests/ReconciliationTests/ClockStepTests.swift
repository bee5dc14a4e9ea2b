import CheckoutSession
@testable import Reconciliation
import TestClock
import Testing

@Suite("A clock that is set while the stage runs")
struct ClockStepTests {
  /// Runs a service that notices at 60 s that the clock was set.
  private static func run(_ world: World, by step: Duration, until end: Duration = .seconds(1200)) throws {
    try world.run(.watch) { service in
      world.simulation.after(.seconds(60)) { world.clockError.value = step }
      world.simulation.after(end) { service.beginDrain() }
    }
  }

  @Test("forward by an hour: an open session is polled on, and ends as it really does")
  func open() throws {
    let world = World()
    world.add("r1", end: .completed, endsAfter: .seconds(300))
    try Self.run(world, by: .seconds(3600))
    #expect(world.sink.statuses == ["r1": ["CREATED", "COMPLETED"]])
    #expect(world.log.count("the clock of this machine was set") == 1)
  }

  @Test("forward: a session that is not visible yet has its 30 seconds")
  func notVisible() throws {
    let world = World()
    world.add("r1", age: .seconds(-58), end: .completed, endsAfter: .seconds(100), dueIn: .seconds(62))
    world.gateway.answer { $0.at < .seconds(75) ? .failing(.notFound) : .truth }
    try Self.run(world, by: .seconds(3600))
    #expect(world.sink.statuses == ["r1": ["CREATED", "COMPLETED"]] && world.gateway.calls.contains { $0.at < .seconds(75) })
  }

  @Test("forward: a session that the gateway calls open for ever ends after as much time as without the step")
  func timedOut() throws {
    let world = World()
    world.add("r1", end: .completed, endsAfter: .seconds(5000))
    try Self.run(world, by: .seconds(3600))
    #expect(world.sink.statuses == ["r1": ["CREATED", "TIMED_OUT"]])
    let endedAt = try #require(world.sink.events.last?.at)
    #expect((.seconds(930)..<(.seconds(940))).contains(endedAt - Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)))
    #expect(world.gateway.calls.count < 25, "and is not polled all the time for it")
  }

  @Test("forward: silence makes nothing unresolved before its time")
  func silence() throws {
    let world = World()
    world.add("r1", status: .created)
    world.gateway.answer { _ in .failing(.serverError) }
    try Self.run(world, by: .seconds(48 * 3600))
    #expect(world.sink.events.isEmpty)
  }

  @Test("a session that was made after the step is judged by the new time")
  func newSession() {
    let start = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
    var steps = WallSteps(now: .zero, wallNow: start)
    #expect(steps.notice(now: .seconds(60), wallNow: start + .seconds(3660)) == .seconds(3600))
    #expect(steps.ahead(of: start + .seconds(10)) == .seconds(3600))
    #expect(steps.ahead(of: start + .seconds(3670)) == .zero)
  }

  @Test(
    "what counts as a step",
    arguments: [
      ([4.0], 0.0), ([6], 6), ([-6], 0), ([3, 6], 6), ([3600, 0], 0), ([-3600, 0], 0), ([-3600, 3600], 3600), ([10, 14, 18], 18),
    ] as [([Double], Double)])
  func steps(_ errors: [Double], _ ahead: Double) {
    let start = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
    var steps = WallSteps(now: .zero, wallNow: start)
    for (index, error) in errors.enumerated() {
      let now = Duration.seconds(index * 60 + 60)
      _ = steps.notice(now: now, wallNow: start + now + .seconds(error))
    }
    #expect(steps.ahead(of: start - .seconds(5)) == .seconds(ahead))
  }

  @Test("the time that the gateway's making of a session may take is added to the 30 seconds, in real time")
  func uncertainty() {
    let table = StatusTable(
      World.configuration {
        $0.creationUncertainty = .seconds(10)
        $0.timeScale = 10
      })
    #expect(table.visibleAfter == .seconds(13))
  }
}
