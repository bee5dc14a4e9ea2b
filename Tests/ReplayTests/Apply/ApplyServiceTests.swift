import CheckoutSession
import Pacing
import Replay
import Stage
import Synchronization
import TestClock
import Testing

@Suite("apply")
struct ApplyServiceTests {
  private func isFinished(_ report: ReplayApplyReport) -> Bool {
    if case .finished = report.end { true } else { false }
  }

  @Test("a second apply sends nothing and says who did")
  func second() throws {
    let world = ApplyWorld()
    let plan = ApplyWorld.plan(30) + [ApplyWorld.entry(30, action: .drop)]
    let (first, second) = try world.simulation.run {
      (await ApplyProcess(world).apply(plan), await ApplyProcess(world).apply(plan))
    }
    #expect(first.sent == 30 && first.dropped == 1 && first.asPredicted == 30 && first.isAsPredicted && isFinished(first))
    #expect(second.sent == 0 && second.dropped == 0 && second.earlier == [1: .init(sent: 30, dropped: 1)] && isFinished(second))
    #expect(world.published.count == 30 && world.runs.map(\.run.ended?.end) == [.finished, .finished])
  }

  @Test("the rate is held within 5 %, whatever ledger and broker take", arguments: [1.0, 5, 10, 40, 100, 400, 500])
  func rate(_ rate: Double) throws {
    let world = ApplyWorld()
    let count = Int(rate * 20)
    let report = try world.simulation.run {
      await ApplyProcess(world, seed: 3).apply(ApplyWorld.plan(count), ApplyProcess.configuration(rate: rate))
    }
    let times = world.published.map(\.at)
    let seconds = ((times.last ?? .zero) - (times.first ?? .zero)) / .seconds(1)
    #expect(abs(Double(count - 1) / seconds / rate - 1) < 0.05, "\(count) in \(seconds) s")
    #expect(abs((report.ratePerSecond ?? 0) / rate - 1) < 0.05, "\(report.ratePerSecond ?? 0)")
    #expect(report.sent == count && isFinished(report))
  }

  @Test("what a pause of the ledger has cost is not sent in a burst", arguments: [4.0, 40, 200])
  func burst(_ rate: Double) throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    process.ledgerIsAway.body = { [clock = world.clock] in clock.now.offset > .seconds(3) && clock.now.offset < .seconds(5) }
    let report = try world.simulation.run {
      await process.apply(ApplyWorld.plan(Int(rate * 12)), ApplyProcess.configuration(rate: rate))
    }
    let times = world.published.map(\.at)
    let most = times.indices.map { first in times[first...].prefix { $0 < times[first] + .seconds(1) }.count }.max() ?? 0
    #expect(most <= Int(rate) + max(1, Int(rate / 4)) && isFinished(report), "\(most) within a second")
  }

  @Test("the rate is that of the starts, however long acknowledgements and replies take")
  func measuredRate() throws {
    let world = ApplyWorld()
    world.answer.body = { _ in (ReplayAnswer(outcome: .created, generation: 2), .seconds(20)) }
    let report = try world.simulation.run {
      await ApplyProcess(world).apply(ApplyWorld.plan(60), ApplyProcess.configuration(rate: 10, canary: 5))
    }
    // 55 after the canary, at 10 a second; the first of them begins the time.
    #expect(report.sentInTime == 58 && abs((report.ratePerSecond ?? 0) - 10) < 0.01, "\(report.sentInTime) in \(report.sendingTime)")
  }

  @Test("lots of lines are small enough for requests of 1 MiB: two of them are in memory")
  func memory() {
    #expect(2 * ReplayApplyConfiguration.chunkMax <= 200)
    #expect(ApplyProcess.configuration(rate: 10_000).batchMax == ReplayApplyConfiguration.chunkMax)
  }

  @Test("a drop whose claim the ledger took, but whose answer was lost, is this run's, and told of")
  func lostAnswer() throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    let lost = Mutex(false)
    process.ledgerAnswerIsLost.body = { name in
      lost.withLock { lost in
        defer { lost = lost || name == "claim" }
        return name == "claim" && !lost
      }
    }
    let plan = [ApplyWorld.entry(0, action: .drop), ApplyWorld.entry(1)]
    let report = try world.simulation.run { await process.apply(plan) }
    #expect(report.dropped == 1 && report.skipped == 0 && report.sent == 1 && report.lines == 2 && isFinished(report))
    #expect(dropEvents(world).count == 1)
  }

  @Test("a drop of an earlier run of the plan is told of again as that run's; one of another plan's is not")
  func dropsToldAgain() throws {
    let world = ApplyWorld()
    let plan = [ApplyWorld.entry(0, action: .drop)]
    var other = ApplyProcess.configuration()
    other.planHash = BodyHash(of: [8])
    try world.simulation.run { [other] in
      // A slow ledger: when it has claimed is later than when it was asked.
      _ = await ApplyProcess(world, seed: 1).apply(plan)
      _ = await ApplyProcess(world, seed: 2).apply(plan)
      _ = await ApplyProcess(world).apply(plan, other)
    }
    let told = dropEvents(world)
    #expect(told.count == 2 && Set(told.map(\.id)).count == 1 && told.map(\.run) == [1, 1] && told[0].at == told[1].at)
  }

  private func dropEvents(_ world: ApplyWorld) -> [ReplayAuditEvent] {
    world.state.withLock { $0.events }.filter { event in
      if case .applied(let entry, 0, nil) = event.kind { entry.action == .drop } else { false }
    }
  }

  @Test("a canary that is not as predicted stops the run; the next one sends another, and goes on")
  func canary() throws {
    let world = ApplyWorld()
    world.answer.body = { _ in (ReplayAnswer(outcome: .failed, generation: 2, errorCode: "UPSTREAM"), .milliseconds(5)) }
    let plan = ApplyWorld.plan(20)
    let failed = try world.simulation.run { await ApplyProcess(world).apply(plan, ApplyProcess.configuration(canary: 4)) }
    guard case .stopped(.canaryFailed) = failed.end else {
      Issue.record("\(failed.end)")
      return
    }
    #expect(failed.sent == 4 && failed.notAsPredicted == 4 && world.published.count == 4)
    #expect(failed.surprises.first?.what == "predicted WILL_CREATE (generation 2), was FAILED (UPSTREAM)")
    #expect(world.runs.first?.run.ended?.end == .canaryFailed)
    world.answer.body = { _ in (ReplayAnswer(outcome: .created, generation: 2), .milliseconds(5)) }
    let process = ApplyProcess(world)
    let passed = try world.simulation.run { await process.apply(plan, ApplyProcess.configuration(canary: 4)) }
    #expect(passed.sent == 16 && isFinished(passed) && process.notices.withLock { $0.contains("canaryPassed(4)") })
  }

  @Test("a canary without replies stops the run, which says nothing against the plan", arguments: [0, 3])
  func silentCanary(answered: Int64) throws {
    let world = ApplyWorld()
    world.answer.body = { mark in
      mark.deadLetter.offset < 1000 + answered ? (ReplayAnswer(outcome: .created, generation: 2), .milliseconds(5)) : nil
    }
    let plan = ApplyWorld.plan(20)
    let report = try world.simulation.run { await ApplyProcess(world).apply(plan, ApplyProcess.configuration(canary: 4)) }
    let silent = 4 - Int(answered)
    guard case .stopped(.noReplies(silent)) = report.end else {
      Issue.record("\(report.end)")
      return
    }
    #expect(report.sent == 4 && report.unanswered == silent && report.silences.count == silent && report.lines == 4)
    #expect(world.runs.first?.run.ended?.end == .stopped)
  }

  @Test("replies that were not as predicted fail the canary even if others never come")
  func halfSilentCanary() throws {
    let world = ApplyWorld()
    world.answer.body = { mark in
      mark.deadLetter.offset == 1000 ? (ReplayAnswer(outcome: .failed, generation: 2, errorCode: "UPSTREAM"), .milliseconds(5)) : nil
    }
    let report = try world.simulation.run { await ApplyProcess(world).apply(ApplyWorld.plan(9), ApplyProcess.configuration(canary: 4)) }
    guard case .stopped(.canaryFailed) = report.end else {
      Issue.record("\(report.end)")
      return
    }
  }

  @Test("two lines for one request that an earlier run has sent are one of the canary")
  func canaryCountsOnce() throws {
    let world = ApplyWorld()
    world.answer.body = { mark in
      (ReplayAnswer(outcome: .created, generation: 2), mark.deadLetter.offset == 1000 ? .seconds(70) : .milliseconds(5))
    }
    var second = ApplyWorld.entry(0)
    second.place.offset = 2000
    let plan = [ApplyWorld.entry(0), second, ApplyWorld.entry(1), ApplyWorld.entry(2)]
    let process = ApplyProcess(world)
    let report = try world.simulation.run {
      _ = await ApplyProcess(world).apply([ApplyWorld.entry(0)])
      return await process.apply(plan, ApplyProcess.configuration(canary: 2))
    }
    #expect(isFinished(report) && report.sent == 2 && report.lines == 4, "\(report.end)")
    #expect(process.notices.withLock { $0.contains("canaryPassed(2)") })
  }

  @Test("a canary that was answered as predicted is not repeated by a run that goes on")
  func resumedCanary() throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    let plan = ApplyWorld.plan(12)
    let report = try world.simulation.run {
      _ = await ApplyProcess(world).apply(Array(plan.prefix(4)), ApplyProcess.configuration(canary: 4))
      return await process.apply(plan, ApplyProcess.configuration(canary: 4))
    }
    #expect(report.sent == 8 && report.earlier[1]?.sent == 4 && process.notices.withLock { !$0.contains { $0.hasPrefix("canary") } })
  }

  @Test("over replay.maxAttempts a record is refused; --force sends it")
  func guardOfLoops() throws {
    let world = ApplyWorld()
    let plan = [ApplyWorld.entry(0, replayCount: 2), ApplyWorld.entry(1, replayCount: 3)]
    let report = try world.simulation.run { await ApplyProcess(world).apply(plan) }
    #expect(report.sent == 1 && report.refused == [.overLimit: 1] && !report.isAsPredicted)
    let forced = try world.simulation.run { await ApplyProcess(world).apply(plan, ApplyProcess.configuration(attemptsMax: nil)) }
    #expect(forced.sent == 1 && world.published.last?.mark.count == 4)
  }

  @Test("replays never fill the workers: no more than a bound is under way, and without replies it stops")
  func inFlight() throws {
    let world = ApplyWorld()
    world.answer.body = { _ in (ReplayAnswer(outcome: .created, generation: 2), .seconds(30)) }
    let process = ApplyProcess(world)
    let report = try world.simulation.run { await process.apply(ApplyWorld.plan(600), ApplyProcess.configuration(rate: 20)) }
    #expect(isFinished(report) && world.state.withLock { $0.inFlightMax } == 200)
    let silent = ApplyWorld()
    silent.answer.body = { _ in nil }
    let stopped = try silent.simulation.run { await ApplyProcess(silent).apply(ApplyWorld.plan(600), ApplyProcess.configuration(rate: 20)) }
    guard case .stopped(.noReplies(let count)) = stopped.end else {
      Issue.record("\(stopped.end)")
      return
    }
    #expect(count <= 200 && silent.published.count == count && silent.runs.first?.run.ended?.end == .stopped)
  }

  @Test("without an acknowledgement it stops, and the next run finds out", arguments: [true, false])
  func notAcknowledged(isWritten: Bool) throws {
    let world = ApplyWorld()
    let (first, plan) = (ApplyProcess(world), ApplyWorld.plan(10))
    first.publishing.body = { $0.deadLetter.offset == 1003 ? (isWritten, .inDoubt) : nil }
    let (stopped, finished) = try world.simulation.run { (await first.apply(plan), await ApplyProcess(world).apply(plan)) }
    guard case .stopped(.notAcknowledged(let failure)) = stopped.end else {
      Issue.record("\(stopped.end)")
      return
    }
    #expect(failure.message == "not acknowledged" && stopped.sent == 9 && stopped.inDoubt == 1 && stopped.lines == 10)
    #expect(isFinished(finished) && finished.foundSent == (isWritten ? 1 : 0) && finished.sent == (isWritten ? 0 : 1))
    #expect(Set(world.published.map(\.mark)).count == 10 && world.published.count == 10)
  }

  @Test("what the topic does not take is refused, and given back")
  func tooLarge() throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    process.publishing.body = { $0.deadLetter.offset == 1001 ? (false, .tooLarge) : nil }
    let report = try world.simulation.run { await process.apply(ApplyWorld.plan(6), ApplyProcess.configuration(canary: 2)) }
    #expect(report.sent == 5 && report.refused == [.tooLarge: 1] && isFinished(report) && world.record(1) == nil)
  }

  @Test("what nobody can tell any more is not sent; a drop settles it")
  func cannotTell() throws {
    let world = ApplyWorld()
    let plan = ApplyWorld.plan(3)
    let report = try world.simulation.run {
      _ = await ApplyProcess(world).apply(plan, dieAfter: 6)
      world.searchIsComplete.body = { false }
      return await ApplyProcess(world).apply(plan)
    }
    let count = report.refused[.cannotTell] ?? 0
    #expect(count > 0 && report.sent + count == 3 && isFinished(report), "\(report)")
    let dropped = try world.simulation.run {
      await ApplyProcess(world).apply((0..<3).map { ApplyWorld.entry($0, action: .drop) })
    }
    #expect(dropped.dropped == count && isFinished(dropped))
  }

  @Test("asked to stop, it finishes what is published and gives the rest back")
  func stop() throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    world.simulation.after(.milliseconds(1120)) { process.stop() }
    let plan = ApplyWorld.plan(100)
    let report = try world.simulation.run { await process.apply(plan) }
    guard case .stopped(.asked) = report.end else {
      Issue.record("\(report.end)")
      return
    }
    #expect((20...24).contains(report.sent) && world.published.count == report.sent)
    #expect(report.lines == report.sent, "what was given back is not among the lines")
    #expect(world.state.withLock { $0.ledger.records.values.allSatisfy { $0.state != .claimed } })
    let rest = try world.simulation.run { await ApplyProcess(world).apply(plan) }
    #expect(rest.sent == 100 - report.sent && isFinished(rest) && rest.asPredicted >= rest.sent)
  }

  @Test("a ledger that is away: nothing is published once the lease could have ended")
  func ledgerAway() throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    process.ledgerIsAway.body = { [clock = world.clock] in clock.now.offset > .seconds(2) && clock.now.offset < .seconds(60) }
    let report = try world.simulation.run { await process.apply(ApplyWorld.plan(400)) }
    guard case .stopped(.failed) = report.end else {
      Issue.record("\(report.end)")
      return
    }
    #expect(world.state.withLock { $0.leaseBroken } == 0 && report.sent < 60)
    #expect(report.inDoubt > 0 && report.unanswered == 0, "what is in doubt is not silent as well: \(report)")
    let rest = try world.simulation.run {
      try? await world.clock.sleep(for: .seconds(60))
      return await ApplyProcess(world).apply(ApplyWorld.plan(400))
    }
    #expect(isFinished(rest) && world.published.count == 400 && Set(world.published.map(\.mark)).count == 400)
  }

  @Test("two lines for one request send it once")
  func twoLines() throws {
    let world = ApplyWorld()
    var second = ApplyWorld.entry(0)
    second.place.offset = 2000
    let report = try world.simulation.run { [second] in await ApplyProcess(world).apply([ApplyWorld.entry(0), second, ApplyWorld.entry(1)])
    }
    #expect(report.sent == 2 && report.skipped == 1 && isFinished(report) && report.isAsPredicted)
  }

  @Test("everything that was applied is told of, under stable ids")
  func audit() throws {
    let world = ApplyWorld()
    _ = try world.simulation.run { await ApplyProcess(world).apply(ApplyWorld.plan(3) + [ApplyWorld.entry(3, action: .drop)]) }
    let events = world.state.withLock { $0.events }
    #expect(
      events.map(\.type) == ["checkout.replay.started"] + Array(repeating: "checkout.replay.applied", count: 4) + [
        "checkout.replay.finished"
      ])
    #expect(Set(events.map(\.id)).count == 6)
    var end: [UInt8] = []
    events.last?.appendValue(to: &end)
    #expect(String(decoding: end, as: UTF8.self).contains(#""lines":4,"sent":3,"foundSent":0,"inDoubt":0,"dropped":1,"skipped":0"#))
    var text: [UInt8] = []
    events.first { if case .applied(_, 1, _) = $0.kind { true } else { false } }?.appendValue(to: &text)
    let value = String(decoding: text, as: UTF8.self)
    #expect(
      value.contains(
        #""requestId":"r-0","action":"retry","count":1,"predicted":"WILL_CREATE","outcome":"CREATED","generation":2,"asPredicted":true"#),
      "\(value)")
  }
}
