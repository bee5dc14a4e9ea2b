import CheckoutSession
import Reconciliation
import TestClock
import Testing

@Suite("Events of sessions")
struct EventTests {
  @Test("a session is told when it is usable and when it ends, and then it is outstanding no more")
  func whole() throws {
    let world = World()
    let session = world.add("r1", end: .completed, endsAfter: .seconds(100), dueIn: .seconds(4))
    let statistics = try world.run(.untilSettled)
    #expect(world.sink.statuses == ["r1": ["CREATED", "COMPLETED"]])
    #expect(world.ledger.count == 0 && world.ledger.ended == [session.key: .completed])
    #expect(statistics.events == [.created: 1, .completed: 1] && statistics.unresolved == 0 && statistics.refused.isEmpty)
    let (created, completed) = (world.sink.events[0], world.sink.events[1])
    #expect(created.topic == "checkout.session-status" && created.key == "order-1" && completed.key == "order-1")
    #expect(created.headers["ce_type"] == "checkout.session.created" && completed.headers["ce_type"] == "checkout.session.completed")
    #expect(completed.headers["ce_source"] == "/checkout-session-worker/test" && completed.headers["content-type"] == "application/json")
    #expect(created.ceID != completed.ceID)
    #expect(completed.value.payment?.id == "pay-0001" && completed.value.terminal && !created.value.terminal)
    #expect(completed.value.polls == statistics.polls && completed.headers["ce_time"] == completed.value.observedAt)
  }

  @Test(
    "however it ends, it is told once",
    arguments: [SessionStatus.completed, .failed, .canceled, .timedOut, .notFound], SessionMode.allCases)
  func ends(_ end: SessionStatus, mode: SessionMode) throws {
    let world = World()
    world.add("r1", mode: mode, end: end, endsAfter: end == .timedOut ? .seconds(900) : .seconds(200))
    try world.run(.untilSettled)
    #expect(world.sink.statuses == ["r1": ["CREATED", end.rawValue]])
  }

  @Test("what has ended before the first poll gets one event")
  func late() throws {
    let world = World()
    world.add("r1", age: .seconds(500), end: .failed, endsAfter: .seconds(100))
    try world.run(.once)
    #expect(world.sink.statuses == ["r1": ["FAILED"]])
  }

  @Test("a status that nobody knows ends nothing, is counted, and is warned of once")
  func unknown() throws {
    let world = World()
    world.add("r1", age: .seconds(895), end: .completed, endsAfter: .seconds(1000))
    world.gateway.answer { call in
      call.at < .seconds(600)
        ? .init(outcome: .success(SessionSnapshot(sessionID: call.sessionID, status: .unknown("PENDING_REVIEW")))) : .truth
    }
    let statistics = try world.run(.untilSettled)
    #expect(world.log.count("a status that this program does not know") == 1)
    #expect((statistics.answers[.unknown] ?? 0) > 3)
    #expect(world.sink.statuses == ["r1": ["COMPLETED"]])
  }

  @Test("the gateway calls it open after the last poll: it has run out, but not if the answer names a later end")
  func lastPoll() throws {
    let world = World()
    let early = world.add("early", age: .seconds(931), end: .completed, endsAfter: .seconds(5000), status: .created)
    let late = world.add("late", age: .seconds(931), end: .completed, endsAfter: .seconds(1100), status: .created)
    world.gateway.answer { call in
      guard call.sessionID == late.sessionID, call.at < .seconds(160) else { return .truth }
      return .init(
        outcome: .success(SessionSnapshot(sessionID: call.sessionID, status: .initiated, expiresAt: late.expiresAt + .seconds(180))))
    }
    try world.run(.untilSettled)
    #expect(world.sink.statuses == ["early": ["TIMED_OUT"], "late": ["COMPLETED"]])
    #expect(world.gateway.calls.filter { $0.sessionID == early.sessionID }.count == 1)
    #expect(world.gateway.calls.filter { $0.sessionID == late.sessionID }.count == 2)
  }

  @Test("silence ends nothing: unresolved long after the deadline, and what the gateway says later follows")
  func silence() throws {
    let world = World()
    let session = world.add("r1", age: .seconds(800), end: .completed, endsAfter: .seconds(850))
    let speaksAt = Duration.seconds(3 * 3600)
    let configuration = World.configuration { $0.unresolvedAfter = .seconds(2 * 3600) }
    world.gateway.answer { $0.at < speaksAt ? .failing(.serverError) : .truth }
    let statistics = try world.run(.untilSettled, configuration, limit: .seconds(4 * 3600))
    #expect(world.sink.statuses == ["r1": ["UNRESOLVED"]])
    #expect(statistics.unresolved == 1)
    let event = world.sink.events[0]
    #expect(event.at >= session.expiresAt + .seconds(7200) && event.at < session.expiresAt + .seconds(7260))
    world.simulation.pass(.seconds(7 * 3600))
    #expect(try world.run(.once, configuration).unresolved == 0)
    #expect(world.sink.statuses == ["r1": ["UNRESOLVED", "COMPLETED"]])
  }

  @Test("display sessions cost few polls")
  func display() throws {
    let world = World()
    world.add("r1", mode: .paymentMethodDisplay, dueIn: .seconds(4))
    let statistics = try world.run(.untilSettled)
    #expect(world.sink.statuses == ["r1": ["CREATED", "TIMED_OUT"]] && statistics.polls == 2)
  }
}
