import CheckoutSession
@testable import Reconciliation
import TestClock
import Testing

/// A clock that was set before the process began: only the gateway's own time can tell.
@Suite("The gateway's clock decides what a forced last poll is")
struct GatewayClockTests {
  /// A world whose gateway tells its time, right or off by `gatewayError`, and where this machine's clock is off by `error` from the start.
  private static func world(_ error: Duration, gatewayError: Duration? = .zero) -> World {
    let world = World()
    world.clockError.value = error
    world.gateway.clockError.value = gatewayError
    return world
  }

  @Test("a cron run right after the clock was set forward ends no open session, and polls it again as one of its age")
  func once() throws {
    let world = Self.world(.seconds(3600))
    let session = world.add("r1", age: .seconds(60), end: .completed, endsAfter: .seconds(300))
    let statistics = try world.run(.once)
    #expect(world.sink.statuses == ["r1": ["CREATED"]] && statistics.polls == 1)
    // The next poll is due in seconds and not in the hour that the clock is off by, by whichever clock.
    let due = try #require(world.ledger.dueAt(session.key))
    #expect((Duration.seconds(1)..<(.seconds(120))).contains(due - (world.simulation.wallNow + .seconds(3600))))
  }

  @Test("without the gateway's time that run would say TIMED_OUT: what the test above is worth")
  func withoutDate() throws {
    let world = Self.world(.seconds(3600), gatewayError: nil)
    world.add("r1", age: .seconds(60), end: .completed, endsAfter: .seconds(300))
    try world.run(.once)
    #expect(world.sink.statuses == ["r1": ["TIMED_OUT"]])
  }

  @Test("a session that is not visible yet has its 30 seconds")
  func notVisible() throws {
    let world = Self.world(.seconds(3600))
    world.add("r1", age: .seconds(5), end: .completed)
    world.gateway.answer { $0.attempt == 1 ? .failing(.notFound) : .truth }
    try world.run(.once)
    #expect(world.sink.events.isEmpty && world.ledger.count == 1)
  }

  @Test("runs of cron, one a minute, all with a wrong clock: the session ends as it really does", arguments: [3600, -3600])
  func cron(_ error: Int) throws {
    let world = Self.world(.seconds(error))
    world.add("r1", end: .completed, endsAfter: .seconds(300), dueIn: .seconds(error))
    for _ in 0..<8 {
      try world.run(.once)
      world.restart()
      world.simulation.pass(.seconds(60))
    }
    #expect(world.sink.statuses == ["r1": ["CREATED", "COMPLETED"]])
  }

  @Test("a session that the gateway calls open for ever ends in its time by the gateway's clock", arguments: [3600, 0, -3600])
  func timedOut(_ error: Int) throws {
    let world = Self.world(.seconds(error))
    world.add("r1", end: .completed, endsAfter: .seconds(50_000), dueIn: .seconds(error))
    try world.run(.watch) { service in world.simulation.after(.seconds(1200)) { service.beginDrain() } }
    #expect(world.sink.statuses == ["r1": ["CREATED", "TIMED_OUT"]])
    let endedAt = try #require(world.sink.events.last?.at) - Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
    #expect((.seconds(930)..<(.seconds(945))).contains(endedAt), "\(endedAt)")
  }

  @Test("a gateway whose clock is ahead ends nothing early: while ours says that it is too soon, one answer is not enough")
  func wrongNode() throws {
    let world = Self.world(.zero, gatewayError: .seconds(3600))
    world.add("r1", age: .seconds(60), end: .completed, endsAfter: .seconds(300))
    try world.run(.once)
    #expect(world.sink.statuses == ["r1": ["CREATED"]])
  }

  @Test("a poll that was sent in time and answered late is no forced last poll, whatever its answer's date")
  func slowAnswer() throws {
    let world = Self.world(.zero)
    world.add("r1", age: .seconds(925), end: .completed, endsAfter: .seconds(940), usableAfter: .zero)
    world.gateway.answer { $0.attempt == 1 ? .init(after: .seconds(10)) : .truth }
    try world.run(.once)
    #expect(world.sink.statuses["r1"]?.contains("TIMED_OUT") != true)
  }
}
