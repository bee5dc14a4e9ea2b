import CheckoutSession
import Pacing
import Replay
import Synchronization
import TestClock
import Testing

/// Whatever dies when, and whoever does the same beside it: every request of the plan is sent once.
@Suite("apply: killed and repeated")
struct ApplyCrashTests {
  static let plan: [PlanEntry] = ApplyWorld.plan(8) + [ApplyWorld.entry(8, action: .drop), ApplyWorld.entry(9, action: .skip)]

  private func expectOnce(_ world: ApplyWorld, _ count: Int, _ comment: Comment) {
    let sent = world.published.map(\.mark)
    #expect(sent.count == count && Set(sent).count == count, comment)
    #expect(world.state.withLock { $0.leaseBroken } == 0, "published without a lease, \(comment)")
    for offset in 0..<Int64(count) { #expect(world.record(offset)?.state == .answered, comment) }
  }

  @Test("killed after every single effect, and run again", arguments: 1...70)
  func crashPoints(_ effects: Int) throws {
    let world = ApplyWorld()
    let (first, second) = (ApplyProcess(world), ApplyProcess(world))
    let report = try world.simulation.run {
      _ = await first.apply(Self.plan, ApplyProcess.configuration(canary: 2), dieAfter: effects)
      return await second.apply(Self.plan, ApplyProcess.configuration(canary: 2))
    }
    let last: Comment = "killed after \(first.life.effects.last ?? "nothing")"
    expectOnce(world, 8, last)
    #expect(world.record(8)?.state == .dropped && world.record(9) == nil, last)
    guard case .finished = report.end else {
      Issue.record("\(report.end), \(last)")
      return
    }
    #expect(report.isAsPredicted && report.lines == 10 && report.skipped == 1, last)
    let told = Set(world.state.withLock { $0.events }.map(\.id))
    for event in Self.appliedEvents { #expect(told.contains(event.id), "nobody was told of \(event.kind), \(last)") }
  }

  /// What has to be told of, however often it is told: seven answers and the drop.
  private static let appliedEvents = plan.prefix(9).map { entry in
    let answer = entry.action == .drop ? nil : ReplayAnswer(outcome: .created, generation: 2)
    return ReplayAuditEvent(
      run: 1, planHash: BodyHash(of: [7]), user: "ann", host: "ops-1", at: Timestamp(millisecondsSinceEpoch: 0),
      kind: .applied(entry, count: answer == nil ? 0 : 1, answer: answer))
  }

  @Test("the crash points reach to the end of the run")
  func reach() throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    _ = try world.simulation.run { await process.apply(Self.plan, ApplyProcess.configuration(canary: 2)) }
    #expect((35...70).contains(process.life.effects.count), "\(process.life.effects)")
    #expect(process.life.effects.last == "end")
  }

  @Test("two at once, each killed now and then and run again", arguments: 0..<60 as Range<UInt64>)
  func interleaved(_ seed: UInt64) throws {
    let world = ApplyWorld()
    let plan = ApplyWorld.plan(24)
    var random = SplitMix64(seed: seed)
    let lives = (0..<2).map { _ in [Int(random.next() % 80) + 1, Int(random.next() % 80) + 1] }
    let seeds = (0..<2).map { _ in random.next() }
    let reports = try world.simulation.run {
      await withTaskGroup(of: ReplayApplyReport.self) { group in
        for (lives, seed) in zip(lives, seeds) {
          group.addTask {
            for life in lives where seed % 3 > 0 {
              _ = await ApplyProcess(world, seed: seed).apply(plan, ApplyProcess.configuration(canary: 3), dieAfter: life)
            }
            return await ApplyProcess(world, seed: seed).apply(plan, ApplyProcess.configuration(canary: 3))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    expectOnce(world, 24, "seed \(seed)")
    for report in reports {
      guard case .finished = report.end else {
        Issue.record("seed \(seed): \(report.end)")
        continue
      }
      #expect(report.isAsPredicted, "seed \(seed): \(report)")
      #expect(report.sent + report.foundSent + report.earlierCount == 24, "seed \(seed): \(report)")
    }
  }
}
