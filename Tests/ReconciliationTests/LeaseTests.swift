import CheckoutSession
import Pacing
import Reconciliation
import TestClock
import Testing

@Suite("Leases")
struct LeaseTests {
  @Test("two reconcilers at once poll no session twice at a time, and need no more polls than one")
  func two() throws {
    func polls(reconcilers: Int) throws -> Int {
      let world = World()
      for number in 0..<300 {
        world.add(
          end: number % 5 == 0 ? .timedOut : .completed, endsAfter: .seconds(30 + number), dueIn: .milliseconds(number * 40))
      }
      world.life.begin(dieAfter: nil, onDeath: {})
      let services = (0..<reconcilers).map {
        world.service(.untilSettled, World.configuration(Quota(requestsPerSecond: 50, burst: 10)), seed: UInt64($0))
      }
      try world.simulation.run(limit: .seconds(3600)) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for service in services { group.addTask { _ = try await service.run() } }
          try await group.waitForAll()
        }
      }
      #expect(world.ledger.count == 0)
      for (request, statuses) in world.sink.statuses { #expect(statuses.count { $0 != "CREATED" } == 1, "\(request): \(statuses)") }
      #expect(world.sink.statuses.count == 300)
      if reconcilers > 1 {
        #expect(services.allSatisfy { $0.status.statistics.polls > 300 })
        #expect(services.allSatisfy { $0.status.statistics.leaseLosses == 0 })
      }
      return world.gateway.calls.count
    }
    let (one, two) = (try polls(reconcilers: 1), try polls(reconcilers: 2))
    #expect(abs(Double(two) / Double(one) - 1) < 0.05, "\(one) and \(two)")
  }

  @Test("a broker that is slower than the schedule delays the events that wait for it, and nobody's next poll")
  func slowBroker() throws {
    let world = World()
    world.sink.slow(.seconds(10))
    // Each in a group with one that has an event to wait for.
    for number in 0..<20 { world.add(end: .completed, endsAfter: .seconds(number % 2 == 0 ? 5 : 300), usableAfter: .seconds(890)) }
    let schedule = PollSchedules(
      standard: PollSchedule(firstPoll: .seconds(1), interval: .seconds(1), growth: 1, intervalMax: .seconds(1)), modes: [:])
    let statistics = try world.run(.untilSettled, World.configuration { $0.schedule = schedule })
    #expect(statistics.events[.completed] == 20)
    let gaps = Dictionary(grouping: world.gateway.calls, by: \.sessionID).values.flatMap { calls in
      zip(calls.dropFirst(), calls).map { $0.at - $1.at }
    }
    #expect((gaps.max() ?? .zero) < .seconds(5), "\(gaps.max() ?? .zero)")
  }

  @Test("what another reconciler has leased meanwhile is not recorded, and nothing is published for it")
  func stolen() throws {
    let world = World()
    let session = world.add("r1", age: .seconds(300), end: .completed, endsAfter: .seconds(100))
    world.gateway.answer { call in
      world.ledger.steal(session.key, until: world.simulation.wallNow + .seconds(60))
      return .truth
    }
    let statistics = try world.run(.once)
    #expect(statistics.leaseLosses == 1 && world.sink.events.isEmpty && statistics.eventsTotal == 0)
    #expect(world.ledger.session(session.key)?.status == .accepted)
  }

  @Test("under a backlog the nearest deadlines go first, and no more is in hand than can be polled while the lease is fresh")
  func backlog() throws {
    let world = World()
    for number in 0..<2000 { world.add(age: .seconds((number * 7919) % 800), status: .created) }
    let configuration = World.configuration(Quota(requestsPerSecond: 15, burst: 10))
    let service = world.service(.watch, configuration)
    world.life.begin(dieAfter: nil, onDeath: {})
    let leasedMax = Box(0)
    for second in 1...50 {
      world.simulation.after(.seconds(second)) { leasedMax.value = max(leasedMax.value, world.ledger.leasedCount) }
    }
    world.simulation.after(.seconds(51)) {
      #expect(service.status.due > 1000 && service.status.outstanding == 2000)
      service.beginDrain()
    }
    _ = try world.simulation.run { try await service.run() }
    // A quarter of a lease of 60 s at 15 per second.
    #expect(leasedMax.value > 100 && leasedMax.value <= 225)
    #expect(world.ledger.leases.allSatisfy { $0.count <= 225 })
    let polled = world.gateway.calls.map(\.sessionID)
    #expect((700...800).contains(polled.count) && Set(polled).count == polled.count)
    let byDeadline = world.ledger.leases.flatMap { $0 }.map(\.expiresAt)
    #expect(byDeadline == byDeadline.sorted())
    #expect(world.ledger.leasedCount == 0)
  }

  @Test("sessions that are long overdue and give no answer keep no living one waiting")
  func starvation() throws {
    let world = World()
    let silent = Set((0..<6000).map { _ in world.add(age: .seconds(1500), status: .created, failures: 8).sessionID })
    for _ in 0..<20 { world.add(merchant: World.otherMerchant, end: .completed, endsAfter: .seconds(60)) }
    world.gateway.answer { silent.contains($0.sessionID) ? .failing(.serverError) : .truth }
    try world.run(.watch, World.configuration(Quota(requestsPerSecond: 15, burst: 5))) { service in
      world.simulation.after(.seconds(300)) { service.beginDrain() }
    }
    #expect(world.sink.statuses.values.count { $0.last == "COMPLETED" } == 20)
    #expect(world.gateway.calls.count { silent.contains($0.sessionID) } > 3000, "and are polled with what is left")
  }

  @Test("what cannot be polled is not leased and given back at full speed")
  func barren() throws {
    let world = World()
    for _ in 0..<20_000 { world.add(age: .seconds(901), status: .created) }
    world.gateway.answer { _ in .failing(.unauthorized) }
    let leases = Box(0)
    try world.run(.watch, World.configuration { $0.batchMax = 100 }) { service in
      world.simulation.after(.seconds(10)) {
        leases.value = world.ledger.leases.count
        service.beginDrain()
      }
    }
    #expect((5...30).contains(leases.value), "\(leases.value)")
  }

  @Test("never more in hand than the batch, however fast the gateway is")
  func batch() throws {
    let world = World()
    for _ in 0..<3000 { world.add(age: .seconds(100), status: .created) }
    let inHand = Box(0)
    let service = world.service(.once, World.configuration { $0.batchMax = 100 })
    world.gateway.answer { _ in
      inHand.value = max(inHand.value, service.status.sessionsInHand)
      return .truth
    }
    world.life.begin(dieAfter: nil, onDeath: {})
    let statistics = try world.simulation.run { try await service.run() }
    #expect(statistics.polls == 3000 && inHand.value == 100 && world.ledger.leases.allSatisfy { $0.count <= 100 })
  }

  @Test("a session whose turn does not come while its lease is fresh is polled by nobody twice")
  func lateTurn() throws {
    let world = World()
    for _ in 0..<40 { world.add(age: .seconds(100), status: .created) }
    let statistics = try world.run(
      .once, World.configuration(merchantQuotas: [Quota(requestsPerSecond: 0.5, burst: 1), .unlimited]), limit: .seconds(600))
    #expect(statistics.polls == 40 && Set(world.gateway.calls.map(\.sessionID)).count == 40)
    #expect(statistics.handedBack > 0 && statistics.leaseLosses == 0)
  }

  @Test("a merchant with a small quota keeps no other waiting")
  func smallQuota() throws {
    let world = World()
    for _ in 0..<2000 { world.add(age: .seconds(500), status: .created) }
    for _ in 0..<100 { world.add(merchant: World.otherMerchant, age: .seconds(100), status: .created) }
    let configuration = World.configuration(
      Quota(requestsPerSecond: 50, burst: 10), merchantQuotas: [Quota(requestsPerSecond: 1, burst: 1), .unlimited])
    try world.run(.watch, configuration) { service in world.simulation.after(.seconds(30)) { service.beginDrain() } }
    #expect(Set(world.gateway.calls.filter { $0.merchantIndex == 1 }.map(\.sessionID)).count == 100)
    #expect((20...40).contains(world.gateway.calls.count { $0.merchantIndex == 0 }))
  }
}
