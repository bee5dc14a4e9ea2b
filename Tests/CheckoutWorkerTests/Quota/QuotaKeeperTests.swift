import CheckoutSession
import Logging
import Pacing
import Synchronization
import TestClock
import Testing

@testable import CheckoutWorker

@Suite("Quota keeper", .timeLimit(.minutes(1)))
struct QuotaKeeperTests {
  private let world = QuotaWorld()
  private let ledger = FakeQuotaLedger()
  private static let failure = LedgerFailure(code: .busy, message: "locked", isTransient: true)

  @Test("two lanes with changing load: each has what the division says two rounds later, and never more than 1 together")
  func lanes() async throws {
    let creation = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    let reconciliation = world.process(.reconciliation, id: 2, demand: 0.05, ledger: ledger)
    try await world.run([creation, reconciliation]) {
      for (wanted, expected) in [
        ((1.0, 0.05), (0.95, 0.05)), ((1, 1), (0.7, 0.3)), ((0.1, 1), (0.1, 0.9)), ((1, 1), (0.7, 0.3)), ((0.5, 0.2), (0.7, 0.2)),
        ((0.1, 0.05), (0.85, 0.05)),
      ] {
        creation.want(wanted.0)
        reconciliation.want(wanted.1)
        await world.pass(.seconds(2), processes: 2)
        #expect(abs(creation.fraction - expected.0) < 0.00001, "\(wanted)")
        #expect(abs(reconciliation.fraction - expected.1) < 0.00001, "\(wanted)")
      }
    }
  }

  @Test("a grant is there before the stage starts, and nothing is asked for again before a round has passed")
  func start() async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    await process.keeper.start()
    #expect(process.fraction == 1)
    #expect(process.keeper.granted == 1)
    try await world.run([process]) {
      await world.pass(.milliseconds(999), processes: 1)
      #expect(await ledger.calls == 2)
      await world.pass(.milliseconds(1), processes: 1)
      #expect(await ledger.calls == 3)
    }
  }

  @Test("a process that starts while others have everything sends nothing until they have let go, and has its part soon after")
  func newcomer() async throws {
    let creation = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    let newcomer = world.process(.reconciliation, id: 2, demand: 1, ledger: ledger)
    try await world.run([creation, newcomer]) {
      #expect(creation.fraction == 1)
      #expect(newcomer.fraction == 0)
      await world.pass(.milliseconds(999), processes: 2)
      #expect(newcomer.fraction == 0)
      await world.pass(.milliseconds(251), processes: 2)
      #expect(abs(newcomer.fraction - 0.3) < 0.00001)
      #expect(newcomer.log.count(.warning) == 0)
    }
  }

  @Test("a crashed process's part is free when its grant has ended, and not before")
  func crash() async throws {
    let ends = world.wallClock.now() + .milliseconds(2500)
    await ledger.insert(QuotaMember(id: 9, lane: .creation, demand: 1, granted: 0.75, grantedUntil: ends))
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      #expect(process.fraction == 0.25)
      await world.pass(.seconds(2), processes: 1)
      #expect(process.fraction == 0.25)
      await world.pass(.seconds(1), processes: 1)
      #expect(process.fraction == 1)
    }
  }

  @Test("a process that ends gives its part back: it sends nothing more, then the others may have it")
  func leave() async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      #expect(process.fraction == 1)
      #expect(await ledger.members[1]?.granted == 1)
    }
    #expect(process.fraction == 0)
    #expect(await ledger.members.isEmpty)
  }

  @Test(
    "a ledger that fails: the grant is used until shortly before its end, then nothing is sent; one warning, and one notice when it is back"
  )
  func outage() async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      await ledger.set(failure: Self.failure)
      await world.pass(.milliseconds(2749), processes: 1)
      #expect(process.fraction == 1)
      #expect(process.log.count(.warning) == 0)
      await world.pass(.milliseconds(1), processes: 1)
      #expect(process.fraction == 0)
      await world.pass(.seconds(60), processes: 1)
      #expect(process.log.count(.warning) == 1)
      #expect(process.log.count(.notice) == 0)
      await ledger.set(failure: nil)
      await world.pass(.seconds(3), processes: 1)
      #expect(process.fraction == 1)
      #expect(process.log.count(.notice) == 1)
    }
    #expect(process.log.count(.warning) == 1)
  }

  @Test("a ledger that fails from the start: nothing is sent, and it is said at once")
  func outageAtStart() async throws {
    await ledger.set(failure: Self.failure)
    let process = world.process(.reconciliation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      #expect(process.fraction == 0)
      #expect(process.log.count(.warning) == 1)
      await ledger.set(failure: nil)
      await world.pass(.seconds(1), processes: 1)
      #expect(process.fraction == 1)
    }
  }

  @Test("a ledger that hangs does not keep a grant alive, and an answer that comes after the grant's end is not used")
  func hangs() async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      let gate = ManualGate()
      await ledger.set(gate: gate)
      await world.pass(.seconds(1), processes: 1, hanging: 1)
      await gate.arrival()
      await world.pass(.milliseconds(1750), processes: 1, hanging: 1)
      #expect(process.fraction == 0)
      // Asked for at 1 s, so it would have ended at 3.75 s.
      await world.pass(.milliseconds(1000), processes: 1, hanging: 1)
      await ledger.set(gate: nil)
      // The next call, which follows at once, must not hide what came of this one.
      await ledger.set(failure: Self.failure)
      await gate.open()
      await world.settle(1)
      #expect(process.fraction == 0)
      await ledger.set(failure: nil)
      await world.pass(.seconds(1), processes: 1)
      #expect(process.fraction == 1)
      #expect(process.log.count(.warning) == 1)
      #expect(process.log.count(.notice) == 1)
    }
  }

  @Test("a time of day that is put back or forward does not prolong a grant", arguments: [-3600, -1, 1, 3600])
  func wallClockStep(seconds: Int) async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      await ledger.set(failure: Self.failure)
      world.stepWallClock(by: .seconds(seconds))
      await world.pass(.milliseconds(2750), processes: 1)
      #expect(process.fraction == 0)
    }
  }

  @Test("a smaller grant is applied before the others can see it, a larger one after it is theirs no more")
  func order() async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    let seen = SharedState<[[Double]]>([])
    try await world.run([process]) {
      await ledger.set(onCommit: { _, granted in seen.withLock { $0.append([process.fraction, granted]) } })
      await ledger.insert(
        QuotaMember(id: 2, lane: .reconciliation, demand: 1, granted: 0, grantedUntil: world.wallClock.now() + .milliseconds(1500)))
      await world.pass(.seconds(2), processes: 1)
    }
    let commits = seen.withLock { $0 }
    #expect(commits.count == 2)
    #expect(commits.first?.first == commits.first?.last)
    #expect(abs((commits.first?.last ?? 0) - 0.7) < 0.00001)
    #expect(commits.last == [commits.first?.last ?? 0, 1])
  }

  @Test("a pause is passed on, comes from where it was asked for only, and is believed for ten minutes at most")
  func pause() async throws {
    let one = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    let other = world.process(.reconciliation, id: 2, demand: 1, ledger: ledger)
    try await world.run([one, other]) {
      one.pause(until: .seconds(20))
      await world.pass(.seconds(2), processes: 2)
      #expect(other.pausedUntil == .seconds(20))
      await world.pass(.seconds(5), processes: 2)
      #expect(await ledger.members[1]?.pausedUntil == world.wallClock.now() + .seconds(13))
      #expect(await ledger.members[2]?.pausedUntil == nil)
      other.pause(until: .seconds(30))
      await world.pass(.seconds(2), processes: 2)
      #expect(one.pausedUntil == .seconds(30))
      await world.pass(.seconds(30), processes: 2)
      #expect(await ledger.members.values.allSatisfy { $0.pausedUntil == nil })
      one.pause(until: .seconds(100_000))
      let now = world.time.now
      await world.pass(.seconds(2), processes: 2)
      #expect((other.pausedUntil ?? .zero) >= now + .seconds(600))
      #expect((other.pausedUntil ?? .zero) <= now + .seconds(602))
    }
  }
  @Test("a pause survives the one who was asked for it, and goes to those who start later; they do not pass it on")
  func pauseOfOneWhoLeft() async throws {
    let one = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    // It ends within the round in which it was asked: no row of the ledger ever told of the pause.
    try await world.run([one]) { one.pause(until: .seconds(20)) }
    let until = world.wallClock.now() + .seconds(20)
    #expect(await ledger.members.isEmpty)
    #expect(await ledger.pauseLeft == until)
    await world.pass(.seconds(5), processes: 0)
    let other = world.process(.reconciliation, id: 2, demand: 1, ledger: ledger)
    await other.keeper.start()
    #expect(other.pausedUntil == .seconds(20))
    try await world.run([other]) { await world.pass(.seconds(2), processes: 1) }
    #expect(await ledger.pauseLeft == until)
    let late = world.process(.reconciliation, id: 3, demand: 1, ledger: ledger)
    await world.pass(.seconds(13), processes: 0)
    await late.keeper.start()
    #expect(late.pausedUntil == nil)
  }

  @Test("no pause, or one that is over, is not left behind", arguments: [nil, Duration.milliseconds(1500)])
  func nothingToLeave(pause: Duration?) async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    try await world.run([process]) {
      if let pause { process.pause(until: pause) }
      await world.pass(.seconds(2), processes: 1)
    }
    #expect(await ledger.pauseLeft == nil)
    #expect(await ledger.members.isEmpty)
  }

  @Test("a ledger that hangs keeps a process from ending for a second", arguments: [false, true])
  func leaveHangs(inARound: Bool) async throws {
    let process = world.process(.creation, id: 1, demand: 1, ledger: ledger)
    let gate = ManualGate()
    await process.keeper.start()
    let running = Task { await process.keeper.run() }
    await world.settle(1)
    await ledger.set(gate: gate)
    if inARound {
      await world.pass(.seconds(1), processes: 1, hanging: 1)
      await gate.arrival()
    }
    let left = world.time.now
    running.cancel()
    if !inARound { await gate.arrival() }
    // Of its two sleepers none is left; the timer is the one to wait for.
    while world.clock.nextDeadline?.offset != left + .seconds(1) { await Task.yield() }
    #expect(process.fraction == 0)
    world.clock.advance(by: .milliseconds(999))
    #expect(world.clock.sleeperCount == 1)
    world.clock.advance(by: .milliseconds(1))
    await running.value
    // What was under way goes on, in order: a round's grant is not used any more, and given back.
    await gate.open()
    while await !ledger.members.isEmpty { await Task.yield() }
    #expect(process.fraction == 0)
    #expect(process.keeper.granted == 0)
  }
}
