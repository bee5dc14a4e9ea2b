import CheckoutSession
import Pacing
import Reconciliation
import TestClock
import Testing

@Suite("Draining")
struct DrainTests {
  @Test("nothing new is sent, what has not been polled is due at once, what is under way is told")
  func drain() throws {
    let world = World()
    for _ in 0..<500 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { _ in .init(after: .seconds(3)) }
    let statistics = try world.run(.watch, World.configuration(Quota(requestsPerSecond: 20, burst: 5))) { service in
      world.simulation.after(.seconds(4)) { service.beginDrain() }
    }
    let sent = world.gateway.calls.count
    #expect(sent < 90 && world.gateway.calls.allSatisfy { $0.at <= .seconds(4) })
    #expect(statistics.events == [.timedOut: sent] && world.ledger.count == 500 - sent)
    #expect(world.ledger.leasedCount == 0 && statistics.handedBack > 0)
    #expect(world.ledger.sessions.allSatisfy { (world.ledger.dueAt($0.key) ?? $0.expiresAt + .seconds(900)) <= world.simulation.wallNow })
    #expect(world.simulation.now < .seconds(8))
  }

  @Test("polls that are not answered in time are given up, and their sessions given back")
  func silence() throws {
    let world = World()
    for _ in 0..<10 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { _ in .init(after: nil) }
    try world.run(.watch) { service in world.simulation.after(.seconds(1)) { service.beginDrain() } }
    #expect(world.simulation.now >= .seconds(16) && world.simulation.now < .seconds(17))
    #expect(world.ledger.leasedCount == 0 && world.ledger.count == 10)
  }

  @Test("a service that sleeps ends at once")
  func asleep() throws {
    let world = World()
    world.add(dueIn: .seconds(3600))
    try world.run(.watch) { service in world.simulation.after(.seconds(10.5)) { service.beginDrain() } }
    #expect(world.simulation.now <= .seconds(10.6))
  }

  @Test("cancellation ends it, whatever it waits for", arguments: [0.02, 2, 10, 30])
  func cancelled(_ after: Double) throws {
    let world = World()
    for _ in 0..<100 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { _ in .init(after: after < 5 ? nil : .milliseconds(50)) }
    world.sink.answer { _, _ in .refused }
    let service = world.service(.watch, World.configuration(Quota(requestsPerSecond: 20, burst: 5)))
    world.life.begin(dieAfter: nil, onDeath: {})
    try world.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await service.run() }
        try? await world.simulation.clock.sleep(for: .seconds(after))
        group.cancelAll()
      }
    }
    #expect(world.simulation.now < .seconds(after + 1))
  }
}
