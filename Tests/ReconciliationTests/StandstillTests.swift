import CheckoutSession
import Reconciliation
import Stage
import TestClock
import Testing

@Suite("A run that is to end by itself, and a broker or a ledger that is away")
struct StandstillTests {
  private static let lengths = [ReconciliationRun.once, .untilSettled]

  private static func world() -> World {
    let world = World()
    for number in 0..<20 { world.add(age: .seconds(100), end: number % 2 == 0 ? .completed : .timedOut, endsAfter: .seconds(50)) }
    return world
  }

  @Test("a broker that refuses everything ends it after a minute; the events wait in the ledger", arguments: lengths)
  func refusing(_ run: ReconciliationRun) throws {
    let world = Self.world()
    world.sink.answer { _, _ in .refused }
    let statistics = try world.run(run)
    #expect(statistics.couldNotPublish?.code == "NOT_ENOUGH_REPLICAS" && statistics.couldNotWrite == nil)
    #expect(world.simulation.now > .seconds(60) && world.simulation.now < .seconds(90))
    #expect(world.ledger.count == 20 && world.ledger.sessions.allSatisfy { $0.unpublishedEvent != nil })
    world.sink.answer { _, _ in .acknowledged }
    world.simulation.pass(.seconds(120))
    #expect(try world.run(run).couldNotPublish == nil)
    #expect(world.sink.events.count == 20 && world.ledger.count == 0)
  }

  @Test("one that never answers does too", arguments: lengths)
  func silent(_ run: ReconciliationRun) throws {
    let world = Self.world()
    world.sink.slow(.seconds(86_400))
    #expect(try world.run(run).couldNotPublish?.code == "NO_ACKNOWLEDGEMENT")
    #expect(world.simulation.now < .seconds(90))
  }

  @Test("a ledger that takes nothing any more does, whichever call it fails in", arguments: ["lease", "record", "mark"])
  func full(_ name: String) throws {
    let world = Self.world()
    let failure = LedgerFailure(code: .full, message: "disk full", isTransient: true)
    world.ledger.fail { operation, _ in "\(operation)" == name ? failure : nil }
    let statistics = try world.run(.once)
    #expect(statistics.couldNotWrite == failure && statistics.couldNotPublish == nil)
    #expect(world.simulation.now >= .seconds(60) && world.simulation.now < .seconds(90))
  }

  @Test("trouble that ends within the minute ends nothing", arguments: lengths)
  func short(_ run: ReconciliationRun) throws {
    let world = Self.world()
    world.sink.answer { _, _ in world.simulation.now < .seconds(50) ? .refused : .acknowledged }
    let statistics = try world.run(run)
    #expect(statistics.couldNotPublish == nil && statistics.couldNotWrite == nil && world.ledger.count == 0)
  }

  @Test("a cron job whose event is left to the next one says so")
  func left() throws {
    let world = World()
    world.add("r1", age: .seconds(10))
    world.sink.answer { _, _ in .refused }
    let statistics = try world.run(.once, World.configuration { $0.leaseDuration = .seconds(20) })
    #expect(statistics.couldNotPublish?.code == "NOT_ENOUGH_REPLICAS" && world.ledger.sessions.first?.unpublishedEvent?.status == .created)
  }

  @Test("a service waits")
  func watch() throws {
    let world = Self.world()
    world.sink.answer { _, _ in world.simulation.now < .seconds(600) ? .refused : .acknowledged }
    try world.run(.watch) { service in world.simulation.after(.seconds(660)) { service.beginDrain() } }
    #expect(world.sink.events.count == 20 && world.ledger.count == 0)
  }
}
