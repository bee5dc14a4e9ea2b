import CheckoutSession
import Pacing
import Replay
import Stage
import Synchronization
import TestClock
import Testing

/// Replies that come late, or never, to what this run or an earlier one has sent.
@Suite("apply: replies")
struct ApplyRepliesTests {
  private static let created = ReplayAnswer(outcome: .created, generation: 2)

  private func isFinished(_ report: ReplayApplyReport) -> Bool {
    if case .finished = report.end { true } else { false }
  }

  /// A world whose workers answer the first ones of a plan only.
  private func world(answering count: Int64) -> ApplyWorld {
    let world = ApplyWorld()
    world.answer.body = { $0.deadLetter.offset < 1000 + count ? (Self.created, .milliseconds(5)) : nil }
    return world
  }

  @Test("a run that goes on counts what an earlier one sent as not answered until it is", arguments: [0, 2] as [Int64])
  func inherited(answered: Int64) throws {
    let world = world(answering: answered)
    let plan = ApplyWorld.plan(3)
    let (first, second) = try world.simulation.run { (await ApplyProcess(world).apply(plan), await ApplyProcess(world).apply(plan)) }
    let silent = 3 - Int(answered)
    #expect(first.sent == 3 && first.unanswered == silent && isFinished(first))
    #expect(second.earlier == [1: .init(sent: 3, unanswered: silent)] && second.unanswered == silent && !second.isAsPredicted)
    #expect(second.silences.count == silent && second.hasSentNothing && isFinished(second))
  }

  @Test("two lines for a request that an earlier run sent are both without a reply")
  func inheritedTwice() throws {
    let world = world(answering: 0)
    var second = ApplyWorld.entry(0)
    second.place.offset = 2000
    let report = try world.simulation.run { [second] in
      _ = await ApplyProcess(world).apply([ApplyWorld.entry(0)])
      return await ApplyProcess(world).apply([ApplyWorld.entry(0), second])
    }
    #expect(report.earlier == [1: .init(sent: 2, unanswered: 2)] && report.unanswered == 1)
  }

  @Test("of more than can be followed the others count as not answered")
  func followedMax() throws {
    let world = world(answering: 0)
    let plan = ApplyWorld.plan(5)
    var configuration = ApplyProcess.configuration()
    configuration.followedMax = 2
    let report = try world.simulation.run { [configuration] in
      _ = await ApplyProcess(world).apply(plan)
      return await ApplyProcess(world).apply(plan, configuration)
    }
    #expect(report.earlier == [1: .init(sent: 5, unanswered: 5)] && report.unanswered == 5 && report.silences.count == 5)
  }

  @Test("answers to what an earlier run sent are told apart from those to this one's")
  func apart() throws {
    let world = ApplyWorld()
    world.answer.body = { (Self.created, $0.deadLetter.offset < 1003 ? .seconds(70) : .milliseconds(5)) }
    let plan = ApplyWorld.plan(8)
    let report = try world.simulation.run {
      _ = await ApplyProcess(world).apply(Array(plan.prefix(3)))
      return await ApplyProcess(world).apply(plan)
    }
    #expect(report.sent == 5 && report.earlier[1] == .init(sent: 3))
    #expect(report.earlierOutcomes == [.created: 3] && report.outcomes == [.created: 5] && report.asPredicted == 8, "\(report)")
  }

  @Test("answers to what was found sent count beside those to what this run sent")
  func found() throws {
    let world = ApplyWorld()
    let first = ApplyProcess(world)
    first.publishing.body = { ($0.deadLetter.offset < 1004, .inDoubt) }
    let report = try world.simulation.run {
      _ = await first.apply(ApplyWorld.plan(6))
      return await ApplyProcess(world).apply(ApplyWorld.plan(6))
    }
    #expect(report.foundSent == 4 && report.sent == 2 && report.outcomes == [.created: 6] && report.earlierOutcomes == [:])
  }

  @Test("a silent canary that is the whole plan ends it like any other silence, once the time is over", arguments: [3, 5])
  func wholePlan(count: Int) throws {
    let world = world(answering: 1)
    let process = ApplyProcess(world)
    let report = try world.simulation.run { await process.apply(ApplyWorld.plan(count), ApplyProcess.configuration(canary: 5)) }
    #expect(isFinished(report) && report.sent == count && report.unanswered == count - 1 && !report.isAsPredicted, "\(report.end)")
    #expect(process.notices.withLock { !$0.contains { $0.hasPrefix("canaryPassed") } })
    #expect(world.simulation.now < .seconds(70), "\(world.simulation.now): the time-out counts once")
  }

  @Test("a reply that is not as predicted fails a canary that is the whole plan", arguments: [3, 5])
  func wholePlanFails(count: Int) throws {
    let world = ApplyWorld()
    world.answer.body = { _ in (ReplayAnswer(outcome: .failed, generation: 2, errorCode: "UPSTREAM"), .milliseconds(5)) }
    let report = try world.simulation.run {
      await ApplyProcess(world).apply(ApplyWorld.plan(count), ApplyProcess.configuration(canary: 5))
    }
    guard case .stopped(.canaryFailed) = report.end else {
      Issue.record("\(report.end)")
      return
    }
    #expect(report.notAsPredicted == count && report.lines == count && world.runs.first?.run.ended?.end == .canaryFailed)
  }

  @Test("a canary that is the whole plan but for lines to be left alone has no rest")
  func onlySkipsLeft() throws {
    let world = world(answering: 0)
    let plan = ApplyWorld.plan(2) + [ApplyWorld.entry(2, action: .skip)]
    let report = try world.simulation.run { await ApplyProcess(world).apply(plan, ApplyProcess.configuration(canary: 2)) }
    #expect(isFinished(report) && report.lines == 3 && report.unanswered == 2, "\(report.end)")
  }

  @Test("nothing is sent between the canary's last record, found in the topic, and its verdict")
  func foundCanary() throws {
    let world = world(answering: 0)
    let (first, plan) = (ApplyProcess(world), ApplyWorld.plan(10))
    first.publishing.body = { ($0.deadLetter.offset < 1004, .inDoubt) }
    let report = try world.simulation.run {
      _ = await first.apply(plan)
      return await ApplyProcess(world).apply(plan, ApplyProcess.configuration(canary: 4))
    }
    guard case .stopped(.noReplies(4)) = report.end else {
      Issue.record("\(report.end)")
      return
    }
    #expect(report.foundSent == 4 && report.sent == 0 && world.published.count == 4)
  }
}
