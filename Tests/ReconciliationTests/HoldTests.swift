import CheckoutSession
import Pacing
import Reconciliation
import TestClock
import Testing

@Suite("Refused merchants")
struct HoldTests {
  @Test(
    "a refused token holds the merchant at once: the others are polled, nothing changes for its own",
    arguments: [ReconciliationRun.once, .untilSettled])
  func unauthorized(_ run: ReconciliationRun) throws {
    let world = World()
    for _ in 0..<50 { world.add(age: .seconds(901), status: .created) }
    for _ in 0..<50 { world.add(merchant: World.otherMerchant, age: .seconds(901), status: .created) }
    world.gateway.answer { $0.merchantIndex == 0 ? .failing(.unauthorized) : .truth }
    let statistics = try world.run(run, World.configuration(Quota(requestsPerSecond: 10, burst: 1)))
    #expect(statistics.refused.keys.map { $0 } == [World.merchant] && statistics.refused[World.merchant]?.code == .unauthorized)
    #expect(statistics.events == [.timedOut: 50])
    #expect(world.ledger.sessions.allSatisfy { $0.status == .created })
    #expect(world.gateway.calls.count { $0.merchantIndex == 0 } < 10)
    #expect(world.log.count("refuses the merchant's configuration") == 1)
    #expect(!statistics.isGatewayUnreachable && statistics.unresolved == 0)
  }

  @Test("three sessions refused in a row hold the merchant; the hold ends with the first usable answer")
  func forbidden() throws {
    let world = World()
    for _ in 0..<30 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { $0.at < .seconds(60) ? .failing(.forbidden) : .truth }
    let statistics = try world.run(
      .untilSettled, World.configuration(Quota(requestsPerSecond: 10, burst: 1)),
      during: { service in
        world.simulation.after(.seconds(5)) { #expect(service.status.holds.map(\.merchantIndex) == [0]) }
      })
    // A hold leaves nothing that the run could settle, so it ends; the next one finds the gateway willing.
    #expect(statistics.refused[World.merchant]?.code == .forbidden)
    #expect(world.gateway.calls.count <= 8)
    world.simulation.pass(.seconds(120))
    let next = try world.run(.untilSettled)
    #expect(next.refused.isEmpty && world.ledger.count == 0)
    #expect(world.ledger.ended.values.allSatisfy { $0 == .timedOut } && world.ledger.ended.count == 30)
  }

  @Test("a slip of the gateway does not end a run that has time", arguments: [GatewayFailure.unauthorized, .forbidden])
  func slip(_ failure: GatewayFailure) throws {
    let world = World()
    for _ in 0..<30 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { $0.at < .seconds(3) ? .failing(failure) : .truth }
    let statistics = try world.run(.untilSettled, World.configuration(Quota(requestsPerSecond: 10, burst: 1)))
    #expect(world.ledger.count == 0 && statistics.events == [.timedOut: 30] && statistics.refused.isEmpty)
    let single = World()
    single.add(age: .seconds(901), status: .created)
    single.gateway.answer { $0.attempt == 1 ? .failing(failure) : .truth }
    let last = try single.run(.untilSettled)
    #expect(single.ledger.count == 0 && last.events == [.timedOut: 1] && last.refused.isEmpty)
  }

  @Test("a service goes on by itself when the merchant is let in again")
  func watch() throws {
    let world = World()
    for _ in 0..<30 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { $0.at < .seconds(200) ? .failing(.unauthorized) : .truth }
    let statistics = try world.run(.watch) { service in world.simulation.after(.seconds(400)) { service.beginDrain() } }
    #expect(world.ledger.count == 0 && statistics.refused.isEmpty)
    #expect(world.log.count("speaks about the merchant's sessions again") == 1)
    let inVain = world.gateway.calls.count { $0.at < .seconds(200) && $0.at > .seconds(1) }
    #expect((3...15).contains(inVain), "\(inVain) probes")
  }

  @Test("a session that is refused for its own sake does not block its merchant, and does not keep a run waiting")
  func poison() throws {
    let world = World()
    let poison = world.add("poison", age: .seconds(880), status: .created)
    for number in 0..<40 { world.add(end: .completed, endsAfter: .seconds(50 + number)) }
    world.gateway.answer { $0.sessionID == poison.sessionID ? .failing(.forbidden) : .truth }
    let statistics = try world.run(.untilSettled)
    #expect(statistics.events[.completed] == 40)
    #expect(world.ledger.sessions.map(\.key) == [poison.key] && world.ledger.session(poison.key)?.status == .created)
    #expect(world.log.count("refuses the merchant's configuration") == 0)
    #expect(statistics.refused[World.merchant] != nil)
    #expect(world.gateway.calls.count { $0.sessionID == poison.sessionID } < 12)
  }

  @Test("a token that is late or has just expired is no reason to wait; one that always has is the configuration's fault")
  func tokens() throws {
    let world = World()
    for _ in 0..<5 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { $0.attempt == 1 ? .failing(.tokenExpired) : $0.attempt == 2 ? .failing(.tokenLate) : .truth }
    #expect(try world.run(.once).events == [.timedOut: 5])
    let other = World()
    other.add(age: .seconds(901), status: .created)
    other.gateway.answer { _ in .failing(.tokenExpired) }
    let statistics = try other.run(.once)
    #expect(statistics.refused[World.merchant]?.code == .tokenExpired && other.gateway.calls.count == 3)
  }

  @Test("without a token the merchant waits, and the run says that it could not be reached")
  func noToken() throws {
    let world = World()
    for _ in 0..<20 { world.add(age: .seconds(901), status: .created) }
    world.add("other", merchant: World.otherMerchant, age: .seconds(901), status: .created)
    world.gateway.answer { $0.merchantIndex == 0 ? .failing(.tokenUnavailable) : .truth }
    let statistics = try world.run(.once, World.configuration(Quota(requestsPerSecond: 10, burst: 1)))
    #expect(statistics.isGatewayUnreachable && statistics.refused.isEmpty)
    #expect(world.sink.statuses == ["other": ["TIMED_OUT"]])
    #expect(world.ledger.sessions.allSatisfy { $0.polls == 0 && $0.status == .created })
  }

  @Test("even if there are too few sessions for a hold")
  func noTokenForFew() throws {
    let world = World()
    for _ in 0..<2 { world.add(age: .seconds(100), status: .created) }
    world.add(merchant: World.otherMerchant, age: .seconds(901), status: .created)
    world.gateway.answer { $0.merchantIndex == 0 ? .failing(.tokenUnavailable) : .truth }
    #expect(try world.run(.once).isGatewayUnreachable)
  }

  @Test("a refused session that another reconciler has ended does not stand for one that is open")
  func endedElsewhere() throws {
    let world = World()
    let poison = world.add(age: .seconds(100), status: .created)
    world.add("open", end: .completed, endsAfter: .seconds(300))
    world.gateway.answer { $0.sessionID == poison.sessionID ? .failing(.forbidden) : .truth }
    try world.run(.untilSettled) { _ in world.simulation.after(.seconds(60)) { world.ledger.endElsewhere(poison.key) } }
    #expect(world.sink.statuses == ["open": ["CREATED", "COMPLETED"]])
  }

  @Test("a merchant that is not configured is not polled, warned of once, and counted")
  func unknown() throws {
    let world = World()
    for _ in 0..<5 { world.add(merchant: "stranger", age: .seconds(901)) }
    world.add("known", age: .seconds(901), status: .created)
    let statistics = try world.run(.untilSettled)
    #expect(statistics.unknownMerchants == ["stranger"] && world.sink.statuses == ["known": ["TIMED_OUT"]])
    #expect(world.log.count("not configured") == 1 && world.gateway.calls.count == 1 && world.ledger.leasedCount == 0)
  }
}
