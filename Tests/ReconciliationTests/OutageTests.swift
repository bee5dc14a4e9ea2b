import CheckoutSession
import Pacing
import Reconciliation
import TestClock
import Testing

@Suite("A gateway that cannot be reached, or asks to wait")
struct OutageTests {
  @Test("a cron job gives back what it has and ends; the sessions are due soon")
  func once() throws {
    let world = World()
    for _ in 0..<500 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { _ in .failing(.connectFailed) }
    let statistics = try world.run(.once)
    #expect(statistics.isGatewayUnreachable && statistics.polls == 0 && world.sink.events.isEmpty)
    #expect(world.gateway.calls.count < 70 && world.ledger.leasedCount == 0)
    #expect(world.ledger.sessions.allSatisfy { $0.status == .created && $0.polls == 0 })
    #expect(world.log.count("cannot be reached") == 1)
  }

  @Test("even if there is only one session to find out by")
  func one() throws {
    let world = World()
    world.add(age: .seconds(901), status: .created)
    world.gateway.answer { _ in .failing(.connectFailed) }
    #expect(try world.run(.once).isGatewayUnreachable)
  }

  @Test("a gateway that answers nothing usable is told of once, and so is its return")
  func silence() throws {
    let world = World()
    for _ in 0..<30 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { $0.at < .seconds(100) ? .failing(.serverError) : .truth }
    let statistics = try world.run(.untilSettled)
    #expect(statistics.events == [.timedOut: 30])
    #expect(world.log.count("the gateway gives no usable answers") == 1 && world.log.count("gives usable answers again") == 1)
    let chance = World()
    for _ in 0..<9 { chance.add(age: .seconds(901), status: .created) }
    chance.gateway.answer { $0.attempt == 1 ? .failing(.serverError) : .truth }
    try chance.run(.untilSettled)
    #expect(chance.log.count("usable answers") == 0)
  }

  @Test("an outage that another reconciler has got over does not keep a run that has nothing left to find out by")
  func outlasted() throws {
    let world = World()
    for _ in 0..<50 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { $0.at < .milliseconds(500) ? .failing(.connectFailed) : .truth }
    world.life.begin(dieAfter: nil, onDeath: {})
    let (first, second) = (
      world.service(.untilSettled, World.configuration()), world.service(.untilSettled, World.configuration(), seed: 2)
    )
    let statistics = try world.simulation.run(limit: .seconds(600)) {
      async let waiting = first.run()
      try await world.simulation.time.sleep(until: .milliseconds(600))
      #expect(first.status.isGatewayUnreachable)
      // What the first one has given back is due again when it would probe; the second one is there before.
      for session in world.ledger.sessions { world.ledger.makeDue(session.key) }
      _ = try await second.run()
      return try await waiting
    }
    #expect(world.ledger.count == 0 && !statistics.isGatewayUnreachable && statistics.eventsTotal == 0)
  }

  @Test("others wait: few probes, and then everything is told that happened meanwhile")
  func wait() throws {
    let world = World()
    for number in 0..<200 { world.add(end: .completed, endsAfter: .seconds(20 + number)) }
    world.gateway.answer { (.seconds(60)..<(.seconds(660))).contains($0.at) ? .failing(.connectFailed) : .truth }
    let statistics = try world.run(.untilSettled)
    #expect(statistics.events[.completed] == 200 && !statistics.isGatewayUnreachable)
    #expect(world.gateway.calls.count { $0.at > .seconds(62) && $0.at < .seconds(660) } < 80)
    #expect(world.log.count("can be reached again") == 1)
    let last = try #require(world.sink.events.map(\.at).max())
    #expect(last - Timestamp(millisecondsSinceEpoch: 1_735_689_600_000) < .seconds(660 + 120))
  }

  @Test("an outage longer than a day makes sessions unresolved, although nobody could ask about them; the truth follows")
  func day() throws {
    let world = World()
    for _ in 0..<100 { world.add(age: .seconds(800), end: .completed, endsAfter: .seconds(850), status: .created) }
    world.gateway.answer { _ in .failing(.connectFailed) }
    try world.run(.watch, limit: .seconds(100_000)) { service in world.simulation.after(.seconds(300)) { service.beginDrain() } }
    #expect(world.sink.events.isEmpty)
    world.simulation.pass(.seconds(24 * 3600))
    try world.run(.watch, limit: .seconds(100_000)) { service in world.simulation.after(.seconds(300)) { service.beginDrain() } }
    #expect(world.sink.statuses.values.allSatisfy { $0 == ["UNRESOLVED"] } && world.sink.statuses.count == 100)
    world.gateway.answer { _ in .truth }
    world.simulation.pass(.seconds(24 * 3600))
    #expect(try world.run(.once).unresolved == 0)
    #expect(world.sink.statuses.values.allSatisfy { $0 == ["UNRESOLVED", "COMPLETED"] })
  }

  @Test("429 with a short Retry-After: everybody waits, nothing is sent meanwhile, nothing counts as failed")
  func throttled() throws {
    let world = World()
    for _ in 0..<200 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { (.seconds(2)..<(.seconds(2.2))).contains($0.at) ? .failing(.rateLimited(.seconds(10))) : .truth }
    let statistics = try world.run(.once, World.configuration(Quota(requestsPerSecond: 20, burst: 5)))
    #expect(statistics.events == [.timedOut: 200] && (statistics.answers[.throttled] ?? 0) > 0)
    #expect(world.gateway.calls.count { $0.at > .seconds(2.3) && $0.at < .seconds(12) } == 0)
  }

  @Test("429 with a long Retry-After: leases are given back instead of lapsing", arguments: [ReconciliationRun.once, .untilSettled])
  func throttledLong(_ run: ReconciliationRun) throws {
    let world = World()
    for _ in 0..<200 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { $0.at < .seconds(1) ? .failing(.rateLimited(.seconds(300))) : .truth }
    let leased = Box(-1)
    world.simulation.after(.seconds(30)) { leased.value = world.ledger.leasedCount }
    let statistics = try world.run(run, World.configuration(Quota(requestsPerSecond: 20, burst: 5)))
    #expect(world.gateway.calls.count { $0.at > .seconds(1) && $0.at < .seconds(300) } == 0)
    #expect(statistics.isGatewayUnreachable == (run == .once))
    #expect((statistics.events[.timedOut] ?? 0) == (run == .once ? 0 : 200))
    if run == .untilSettled { #expect(leased.value == 0) }
  }

  @Test("a session that is always turned away is one without an answer: it backs off, and becomes unresolved")
  func throttledForEver() throws {
    let world = World()
    let session = world.add("r1", age: .seconds(900 + 24 * 3600 - 60), status: .created)
    world.gateway.answer { _ in .failing(.rateLimited(nil)) }
    try world.run(.watch) { service in world.simulation.after(.seconds(1800)) { service.beginDrain() } }
    #expect(world.sink.statuses == ["r1": ["UNRESOLVED"]])
    let known = try #require(world.ledger.session(session.key))
    #expect(known.failures > 0 && known.polls > 0 && world.gateway.calls.count < 60)
  }

  @Test("a cron job that is turned away with everything says that it could not be done")
  func throttledOnce() throws {
    let world = World()
    for _ in 0..<3 { world.add(age: .seconds(100), status: .created) }
    world.gateway.answer { _ in .failing(.rateLimited(nil)) }
    #expect(try world.run(.once).isGatewayUnreachable)
    world.simulation.pass(.seconds(300))
    world.gateway.answer { $0.attempt % 8 == 0 ? .truth : .failing(.rateLimited(nil)) }
    #expect(try !world.run(.once).isGatewayUnreachable)
  }

  @Test("a cron job that ended for want of a gateway says so, although a late answer comes")
  func onceLatched() throws {
    let world = World()
    for _ in 0..<6 { world.add(age: .seconds(901), status: .created) }
    let late = world.add(age: .seconds(902), status: .created)
    world.gateway.answer { $0.sessionID == late.sessionID ? .init(after: .seconds(5)) : .failing(.connectFailed) }
    let statistics = try world.run(.once)
    #expect(statistics.events == [.timedOut: 1] && statistics.isGatewayUnreachable && world.ledger.count == 6)
  }

  @Test("server errors and lost answers are backed off from, and change nothing")
  func errors() throws {
    let world = World()
    for number in 0..<100 { world.add(end: .completed, endsAfter: .seconds(100 + number)) }
    world.gateway.answer { call in
      switch call.attempt % 4 {
      case 1: .failing(.serverError)
      case 2: .failing(.timedOutRequest, after: .seconds(10))
      case 3: .failing(.badAnswer)
      default: .truth
      }
    }
    let statistics = try world.run(.untilSettled)
    #expect(statistics.events[.completed] == 100 && (statistics.answers[.unanswered] ?? 0) > 300)
    #expect(world.sink.statuses.values.allSatisfy { $0 == ["CREATED", "COMPLETED"] || $0 == ["COMPLETED"] })
  }

  @Test("the quota of this process follows its grants")
  func quota() throws {
    let world = World()
    for _ in 0..<3000 { world.add(age: .seconds(100), status: .created) }
    func calls(_ range: Range<Int>) -> Int {
      world.gateway.calls.count { (.seconds(range.lowerBound)..<(.seconds(range.upperBound))).contains($0.at) }
    }
    try world.run(.watch, World.configuration(Quota(requestsPerSecond: 50, burst: 10))) { service in
      world.simulation.after(.seconds(10)) { service.setQuota(fraction: 0.2, pausedUntil: nil) }
      world.simulation.after(.seconds(20)) { service.setQuota(fraction: 0, pausedUntil: nil) }
      world.simulation.after(.seconds(30)) { service.setQuota(fraction: 1, pausedUntil: world.simulation.now + .seconds(5)) }
      world.simulation.after(.seconds(45)) { service.beginDrain() }
    }
    #expect((490...520).contains(calls(0..<10)))
    #expect((90...115).contains(calls(10..<20)))
    #expect(calls(21..<35) == 0)
    #expect((450...510).contains(calls(35..<45)))
  }
}
