import CheckoutSession
import Pacing
import Reconciliation
import TestClock
import Testing

@Suite("A ledger or a broker in trouble")
struct TroubleTests {
  @Test("a ledger that is busy now and then loses nothing")
  func busy() throws {
    let world = World()
    for number in 0..<60 { world.add(end: number % 2 == 0 ? .completed : .canceled, endsAfter: .seconds(20 + number)) }
    world.ledger.fail { operation, call in call % 3 == 0 && operation != .count ? MemoryLedger.busy : nil }
    try world.run(.untilSettled)
    #expect(world.ledger.count == 0)
    #expect(world.sink.statuses.values.allSatisfy { $0.last == "COMPLETED" || $0.last == "CANCELED" } && world.sink.statuses.count == 60)
    #expect(Set(world.sink.events.map(\.ceID)).count == world.sink.events.count, "nothing is published twice for it")
  }

  @Test("while it is busy nothing is leased, and results wait")
  func held() throws {
    let world = World()
    for _ in 0..<10 { world.add(age: .seconds(901), status: .created) }
    world.ledger.fail { operation, _ in
      operation == .record && world.simulation.now < .seconds(30) ? MemoryLedger.busy : nil
    }
    let statistics = try world.run(.once)
    #expect(statistics.events == [.timedOut: 10] && world.gateway.calls.count == 10)
    #expect(world.sink.events.allSatisfy { $0.at > Timestamp(millisecondsSinceEpoch: 1_735_689_600_000) + .seconds(30) })
  }

  @Test("a broken ledger ends the run with its error", arguments: ["lease", "record", "mark"])
  func broken(_ name: String) {
    let world = World()
    world.add(age: .seconds(901), status: .created)
    let failure = LedgerFailure(code: .corrupt, message: "damaged", isTransient: false)
    world.ledger.fail { operation, _ in "\(operation)" == name ? failure : nil }
    #expect(throws: failure) { try world.run(.once) }
  }

  @Test("what the broker refuses or does not acknowledge is published again, with the same id")
  func refused() throws {
    let world = World()
    for number in 0..<40 { world.add(end: .completed, endsAfter: .seconds(20 + number)) }
    world.sink.answer { _, call in
      switch call % 4 {
      case 0: .refused
      case 1: .inDoubt(arrived: true)
      case 2: .inDoubt(arrived: false)
      default: .acknowledged
      }
    }
    try world.run(.untilSettled)
    #expect(world.ledger.count == 0)
    for (_, events) in Dictionary(grouping: world.sink.events, by: \.value.requestId) {
      #expect(Set(events.filter(\.value.terminal).map(\.ceID)).count == 1)
      #expect(events.last?.value.status == "COMPLETED" && events.last?.value.payment != nil)
    }
  }

  @Test("a broker that is away for longer than a lease loses nothing, and keeps no more in hand than the batch")
  func away() throws {
    let world = World()
    for _ in 0..<300 { world.add(age: .seconds(901), status: .created) }
    world.sink.answer { _, _ in world.simulation.now < .seconds(200) ? .refused : .acknowledged }
    let inHand = Box(0)
    let statistics = try world.run(
      .untilSettled,
      World.configuration {
        $0.batchMax = 50
        $0.standstillTimeout = .seconds(300)
      }
    ) { service in
      world.simulation.after(.seconds(190)) { inHand.value = service.status.sessionsInHand }
    }
    #expect(inHand.value <= 50 && inHand.value > 0 && statistics.events == [.timedOut: 300])
    #expect(Set(world.sink.events.map(\.ceID)).count == 300 && world.sink.events.count == 300)
  }

  @Test("sessions in hand that are due again while the broker is away are not leased over and over")
  func leasedAgain() throws {
    let world = World()
    for _ in 0..<200 { world.add(age: .seconds(100), end: .completed, endsAfter: .seconds(50), status: .created) }
    world.sink.answer { _, _ in world.simulation.now < .seconds(600) ? .refused : .acknowledged }
    try world.run(.watch) { service in world.simulation.after(.seconds(660)) { service.beginDrain() } }
    #expect(world.ledger.leases.map(\.count).reduce(0, +) < 200 * 12)
    #expect(world.sink.events.count == 200 && world.ledger.count == 0)
  }

  @Test("a lease that they got meanwhile ends with their stay")
  func leasedAgainEnds() throws {
    let world = World()
    let session = world.add(age: .seconds(100), status: .created)
    world.gateway.answer { _ in .failing(.serverError) }
    // The record comes when the lease has lapsed and the next one stands.
    world.ledger.fail { operation, _ in operation == .record && world.simulation.now < .seconds(80) ? MemoryLedger.busy : nil }
    let polls = Box(0)
    try world.run(.watch) { service in
      world.simulation.after(.seconds(100)) {
        polls.value = world.gateway.calls.count
        service.beginDrain()
      }
    }
    #expect(polls.value > 1, "it was due again long before the second lease's end")
    #expect(world.ledger.session(session.key)?.failures ?? 0 > 0)
  }

  @Test("an event that is no end is not published under a lease that has ended: others may have told the end since")
  func lapsed() throws {
    let world = World()
    let session = world.add("r1", end: .completed, endsAfter: .seconds(50), usableAfter: .zero, dueIn: .zero)
    world.add("r2", end: .timedOut, usableAfter: .zero, dueIn: .zero)
    world.sink.answer { _, _ in world.simulation.now < .seconds(62) ? .refused : .acknowledged }
    try world.run(.watch) { service in
      world.simulation.after(.seconds(59)) { world.ledger.endElsewhere(session.key) }
      world.simulation.after(.seconds(100)) { service.beginDrain() }
    }
    #expect(world.sink.statuses == ["r2": ["CREATED"]], "and the other is told by whoever leases it next")
  }

  @Test("a broken sink ends the run")
  func brokenSink() {
    struct Broken: Error {}
    let world = World()
    world.add(age: .seconds(901), status: .created)
    world.sink.breakDown(Broken())
    #expect(throws: Broken.self) { try world.run(.watch) }
  }

  @Test("an event that is too large goes without what it tells of the payment")
  func tooLarge() throws {
    let world = World()
    world.add("r1", age: .seconds(901), end: .completed, endsAfter: .seconds(100), status: .created)
    world.sink.answer { event, _ in event.value.payment == nil ? .acknowledged : .tooLarge }
    try world.run(.once)
    #expect(world.sink.statuses == ["r1": ["COMPLETED"]])
  }
}

@Suite("Events found unpublished")
struct RepublicationTests {
  private static func event(_ world: World, _ status: SessionStatus, age: Duration = .zero) -> RecordedEvent {
    RecordedEvent(status: status, observedAt: world.simulation.wallNow - age, polls: 9)
  }

  @Test(
    "they are published without a poll where the gateway has nothing to add",
    arguments: [SessionStatus.created, .unresolved, .canceled, .timedOut, .notFound])
  func asIs(_ status: SessionStatus) throws {
    let world = World()
    let session = world.add("r1", age: .seconds(300), status: status, event: Self.event(world, status))
    try world.run(.once)
    #expect(world.sink.statuses == ["r1": [status.rawValue]] && world.gateway.calls.isEmpty)
    #expect(world.sink.events[0].value.polls == 9)
    #expect((world.ledger.count == 0) == status.isTerminal)
    if !status.isTerminal { #expect((world.ledger.dueAt(session.key) ?? session.createdAt) > world.simulation.wallNow) }
  }

  @Test("what the gateway tells of the payment is read again")
  func reread() throws {
    let world = World()
    world.add("r1", age: .seconds(300), end: .completed, endsAfter: .seconds(100), status: .completed, event: Self.event(world, .completed))
    world.add("r2", age: .seconds(300), end: .timedOut, endsAfter: .seconds(100), status: .completed, event: Self.event(world, .completed))
    try world.run(.untilSettled)
    #expect(world.sink.statuses == ["r1": ["COMPLETED"], "r2": ["COMPLETED"]])
    let payments = Dictionary(uniqueKeysWithValues: world.sink.events.map { ($0.value.requestId, $0.value.payment != nil) })
    #expect(payments == ["r1": true, "r2": false] && world.sink.events.allSatisfy { $0.value.polls == 9 })
  }

  @Test("one whose turn in the quota never comes goes without, too")
  func alwaysLate() throws {
    let world = World()
    let old = Self.event(world, .completed, age: .seconds(700))
    for _ in 0..<4 { world.add(age: .seconds(300), status: .completed, event: old) }
    let quota = Quota(requestsPerSecond: 0.001, burst: 1)
    try world.run(.watch, World.configuration(merchantQuotas: [quota, .unlimited])) { service in
      world.simulation.after(.seconds(120)) { service.beginDrain() }
    }
    #expect(world.sink.events.count == 4 && world.ledger.count == 0 && world.gateway.calls.count == 1)
  }

  @Test(
    "a gateway that gives no answer is asked for ten minutes; then the event goes without",
    arguments: [GatewayFailure.serverError, .forbidden, .connectFailed])
  func noAnswer(_ failure: GatewayFailure) throws {
    let world = World()
    let observedAt = world.simulation.wallNow
    world.add("r1", age: .seconds(300), status: .completed, event: Self.event(world, .completed))
    world.gateway.answer { _ in .failing(failure) }
    try world.run(.watch, limit: .seconds(2000)) { service in world.simulation.after(.seconds(900)) { service.beginDrain() } }
    #expect(world.sink.statuses == ["r1": ["COMPLETED"]])
    #expect(
      world.sink.events.allSatisfy { $0.at >= observedAt + .seconds(600) && $0.at < observedAt + .seconds(700) && $0.value.payment == nil })
    #expect(world.ledger.count == 0)
  }
}
