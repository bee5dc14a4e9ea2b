import CheckoutSession
import Pacing
@testable import Reconciliation
import Testing

@Suite("When to poll next")
struct ScheduleTests {
  private static func wait(
    _ schedule: PollSchedule, age: Duration, status: SessionStatus = .created, seed: UInt64 = 1
  ) -> Duration {
    var generator = SplitMix64(seed: seed)
    return schedule.wait(PollSituation(mode: .payment, status: status, age: age, lifetime: .seconds(900), polls: 1), using: &generator)
  }

  @Test("until it is usable soon, then growing, and just after the deadline", arguments: 1...20)
  func waits(_ seed: Int) {
    let schedule = PollSchedule()
    func wait(_ age: Double, _ status: SessionStatus = .created) -> Double {
      Self.wait(schedule, age: .seconds(age), status: status, seed: UInt64(seed)) / .seconds(1)
    }
    #expect((3.4...4.6).contains(wait(4, .accepted)))
    #expect((21.25...28.75).contains(wait(6)))
    #expect((42.5...57.5).contains(wait(200)))
    #expect((63.75...86.25).contains(wait(700)))
    // Not over the deadline: the next poll is two seconds after it.
    #expect(abs(wait(850) - 52) < 0.001 && abs(wait(900) - 2) < 0.001)
    #expect((12.75...17.25).contains(wait(902)))
  }

  @Test("a window before the deadline is dense, and no wait reaches over its beginning", arguments: 1...20)
  func window(_ seed: Int) {
    let schedule = PollSchedule(deadlineWindow: .seconds(60), deadlineInterval: .seconds(10))
    func wait(_ age: Double) -> Double { Self.wait(schedule, age: .seconds(age), seed: UInt64(seed)) / .seconds(1) }
    #expect(abs(wait(800) - 40) < 0.001)
    #expect((8.5...11.5).contains(wait(841)))
    #expect(abs(wait(895) - 7) < 0.001)
  }

  @Test("values that make no sense become the nearest that do")
  func nonsense() {
    let schedule = PollSchedule(
      firstPoll: .seconds(-1), interval: .zero, growth: .nan, intervalMax: .seconds(-5), deadlineWindow: .seconds(-2),
      deadlineInterval: .zero)
    #expect(schedule.firstPoll == .zero && schedule.growth == 1 && schedule.deadlineWindow == .zero)
    #expect(Self.wait(schedule, age: .seconds(10)) >= .milliseconds(85))
    #expect(Self.wait(schedule, age: .seconds(-100)) >= .milliseconds(85))
  }

  /// A policy that never wants to poll again.
  private struct Never: PollPolicy {
    func firstPoll(of mode: SessionMode) -> Duration { .seconds(1) }
    func wait(_ situation: PollSituation, using generator: inout some RandomNumberGenerator) -> Duration { .seconds(1_000_000) }
  }

  @Test("a refused session is asked about again within a minute for most of an hour, then ever later, up to five minutes")
  func refused() {
    let planner = PollPlanner(World.configuration())
    var generator = SplitMix64(seed: 1)
    var session = World().add(age: .seconds(2000), status: .created)
    let now = session.createdAt + .seconds(2000)
    for failures in 1...60 {
      session.failures = failures
      let wait = planner.nextPoll(.soon, of: session, now: now, using: &generator).map { $0 - now } ?? .zero
      #expect((.seconds(40)...(.seconds(50))).contains(wait), "\(wait)")
    }
    session.failures = 61
    let later = planner.nextPoll(.soon, of: session, now: now, using: &generator).map { $0 - now } ?? .zero
    #expect((.seconds(150)...(.seconds(300))).contains(later), "\(later)")
  }

  @Test("whatever the policy says, the last poll comes after the deadline and its grace, in the gateway's time", arguments: [1.0, 60])
  func milestones(_ scale: Double) throws {
    var configuration = World.configuration()
    configuration.schedule = Never()
    configuration.timeScale = scale
    let planner = PollPlanner(configuration)
    var generator = SplitMix64(seed: 1)
    var session = StatusTableTests.session(.payment, .created)
    session.expiresAt = session.createdAt + .seconds(900) / scale
    let now = session.createdAt + .seconds(100) / scale
    let lastPollAt = session.expiresAt + .seconds(30) / scale
    #expect(planner.nextPoll(.scheduled, of: session, now: now, using: &generator) == lastPollAt)
    session.failures = 30
    #expect(planner.nextPoll(.backoff, of: session, now: lastPollAt - .seconds(1) / scale, using: &generator) == lastPollAt)
    // After it, silence is asked again within five minutes, and when it makes the session unresolved.
    let next = try #require(planner.nextPoll(.backoff, of: session, now: lastPollAt, using: &generator))
    #expect(next > lastPollAt + .seconds(149) / scale && next <= lastPollAt + .seconds(300) / scale)
    let unresolvedAt = session.expiresAt + .seconds(86_400) / scale
    #expect(planner.nextPoll(.backoff, of: session, now: unresolvedAt - .seconds(10) / scale, using: &generator) == unresolvedAt)
    session.status = .unresolved
    let later = try #require(planner.nextPoll(.backoff, of: session, now: unresolvedAt, using: &generator))
    #expect(later > unresolvedAt + .seconds(3000) / scale && later < unresolvedAt + .seconds(13_000) / scale)
    #expect(planner.nextPoll(.end, of: session, now: now, using: &generator) == nil)
    #expect(configuration.firstPollAfter[.payment] == .seconds(1) / scale)
  }

  @Test("the stage polls by whatever policy it is given, faster with a time scale")
  func swapped() throws {
    let world = World()
    world.add("r1", end: .completed, endsAfter: .seconds(10), dueIn: .seconds(1))
    var configuration = World.configuration()
    configuration.schedule = Never()
    try world.run(.untilSettled, configuration)
    // Never again but once: after the deadline.
    #expect(
      world.sink.statuses == ["r1": ["COMPLETED"]] && world.gateway.calls.map(\.at) == [.seconds(1), .seconds(930)].map { $0 + .zero })
  }
}
