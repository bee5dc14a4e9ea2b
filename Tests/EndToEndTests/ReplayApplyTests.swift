import FoundationEssentials
import Glibc
import Pacing
import Testing

extension EndToEndTests {
  /// "It must show" 2 and 3 of issue 5: whatever becomes of an `apply`, no request is sent twice and none left out.
  /// `E2E_REPLAY_KILLS=20` for the number of the issue.
  @Suite struct ReplayApplyTests {
    private static let lettersCount = max(200, 60 * AskedLength.replayKills)
    private static let settings = ["--rate", "100", "--canary", "5", "--yes"]

    @Test(arguments: ChaosSettings.LedgerKind.allCases)
    func killedAtRandomPoints(ledger: ChaosSettings.LedgerKind) async throws {
      let replay = try await Self.planned("replay-kills-\(ledger.rawValue)", ledger: ledger)
      let worker = try replay.work()
      var random = SplitMix64(seed: 20)
      var killsCount = 0
      for left in (1...AskedLength.replayKills).reversed() {
        let sent = try await replay.replayed().count
        // In half of them after so many more are in the topic, else after so many milliseconds: while it reads, claims, or waits for the canary.
        let more = Int(random.next() % UInt64(max(1, 2 * (Self.lettersCount - sent) / (left + 1))))
        let jitter = Duration.milliseconds(Int(random.next() % (left.isMultiple(of: 2) ? 40 : 900)))
        let apply = try Self.apply(replay)
        if left.isMultiple(of: 2) {
          _ = try await apply.whileRunning {
            try await replay.requests.records.wait(for: "\(more) more") { records -> Void? in
              records.count { $0.text("checkout-replay-of") != nil } >= sent + more ? () : nil
            }
          }
        }
        try await ContinuousClock().sleep(for: jitter)
        try await apply.killNow()
        if apply.output.now.ending == .signalled(SIGKILL) { killsCount += 1 }
      }
      #expect(killsCount == AskedLength.replayKills, "those others had ended before they were killed")
      // Nor is anything amiss if the next one is told to end.
      let stopped = try Self.apply(replay)
      stopped.signal(SIGTERM)
      #expect([.exited(75), .exited(0), .signalled(SIGTERM)].contains(try await stopped.end()), "\(stopped.output.now.tail)")

      let last = try Self.apply(replay)
      #expect(try await last.end(within: .seconds(90)) == .exited(0), "\(last.output.now.text)")
      try await Self.expectAllAnswered(replay)
      try await replay.end(worker)
      await replay.close()
    }

    /// Two operators at once; in the second case one of them is killed in the middle.
    @Test(arguments: [false, true], ChaosSettings.LedgerKind.allCases)
    func twoAtOnce(isKilled: Bool, ledger: ChaosSettings.LedgerKind) async throws {
      let replay = try await Self.planned("replay-two-\(isKilled)-\(ledger.rawValue)", ledger: ledger)
      let worker = try replay.work()
      let both = [try Self.apply(replay), try Self.apply(replay)]
      if isKilled {
        _ = try await both[0].whileRunning {
          try await replay.requests.records.wait(for: "some replays") { records -> Void? in
            records.contains { $0.text("checkout-replay-of") != nil } ? () : nil
          }
        }
        try await both[0].killNow()
      } else {
        #expect(try await both[0].end(within: .seconds(90)) == .exited(0), "\(both[0].output.now.text)")
      }
      #expect(try await both[1].end(within: .seconds(90)) == .exited(0), "\(both[1].output.now.text)")
      try await Self.expectAllAnswered(replay)
      try await replay.end(worker)
      await replay.close()
    }

    @Test func theSecondApplySendsNothingAndSaysWhy() async throws {
      let replay = try await Self.planned("replay-again", lettersCount: 20)
      let worker = try replay.work()
      for _ in 0..<2 {
        let apply = try Self.apply(replay)
        #expect(try await apply.end() == .exited(0), "\(apply.output.now.text)")
        try await Self.expectAllAnswered(replay, lettersCount: 20)
      }
      let again = try await replay.replay("apply", replay.path(), "--yes")
      #expect(again.code == 0, again.all)
      #expect(again.text.contains("Nothing was sent") && again.text.contains("20 sent") && again.text.contains("run 1 by "), again.all)
      let history = try await replay.replay("history")
      #expect(history.code == 0 && history.text.contains("FINISHED"), history.all)
      // A plan of the same letters says so beforehand.
      let plan = try await replay.replay("plan", "-o", replay.path("second.jsonl"))
      #expect(plan.code == 3, plan.all)
      #expect(try replay.lines("second.jsonl").allSatisfy { $0.prediction == "ALREADY_REPLAYED" && $0.action == "skip" })
      try await replay.end(worker)
      await replay.close()
    }

    /// Who did it, of which plan, and what became of each: also for those who do not read the ledger.
    @Test func theAuditTopicIsTold() async throws {
      let replay = try await Self.planned("replay-audit", lettersCount: 6)
      let audit = try TopicWatch(replay.lane.audit, partitions: replay.lane.partitions, of: replay.lane)
      let worker = try replay.work()
      for _ in 0..<2 {
        let apply = try await replay.replay("apply", replay.path(), "--yes", settings: ["replay.auditTopic": replay.lane.audit])
        #expect(apply.code == 0, apply.all)
      }
      let events = try await audit.all()
      let types = Dictionary(events.map { ($0.text("ce_type") ?? "", 1) }, uniquingKeysWith: +)
      #expect(types == ["checkout.replay.started": 2, "checkout.replay.applied": 6, "checkout.replay.finished": 2], "\(types)")
      #expect(Set(events.compactMap { $0.text("ce_id") }).count == events.count)
      let letters = try await replay.reader.allDeadLetters().map(\.place)
      let told = events.filter { $0.text("ce_type") == "checkout.replay.applied" }.map { String(decoding: $0.value, as: UTF8.self) }
      for letter in letters { #expect(told.contains { $0.contains("\"\(letter)\"") && $0.contains("CREATED") }, "\(told.first ?? "")") }
      try await replay.end(worker)
      await audit.close()
      await replay.close()
    }

    /// Sends nothing without being asked, and nothing that is not the record of the plan.
    @Test func whatItRefuses() async throws {
      let replay = try await Self.planned("replay-refused", lettersCount: 3)
      let unasked = try await replay.replay("apply", replay.path())
      #expect(unasked.code == 2, unasked.all)
      try replay.edit(to: "broken.jsonl") { $0 = $0.replacing("\"action\":\"retry\"", with: "\"action\":\"retri\"") }
      let broken = try await replay.replay("apply", replay.path("broken.jsonl"), "--yes")
      #expect(broken.code == 2 && broken.output.text.contains("action"), broken.all)
      // The hash of one record is another one's.
      let lines = try replay.lines()
      let hashes = try ReplayLane.text(replay.path()).split(separator: "\n").dropFirst().map { line in
        String(line.split(separator: "\"recordSha256\":\"")[1].prefix(64))
      }
      try replay.edit(to: "other.jsonl") { $0 = $0.replacing(hashes[1], with: hashes[0]) }
      let worker = try replay.work()
      let other = try await replay.replay("apply", replay.path("other.jsonl"), "--yes")
      #expect(other.code == 3, other.all)
      #expect(Set(try await replay.replayed().compactMap { $0.text("checkout-replay-of") }) == [lines[0].place, lines[2].place], other.all)
      try await replay.end(worker)
      await replay.close()
    }

    private static func planned(
      _ name: String, lettersCount: Int = lettersCount, ledger: ChaosSettings.LedgerKind = .sqlite
    ) async throws -> ReplayLane {
      let replay = try await ReplayLane.open(name, ledger: ledger)
      try await replay.fail(TestRequest.forNewMerchant(name, lettersCount))
      let plan = try await replay.replay("plan", "-o", replay.path())
      guard plan.code == 0 else { throw ProcessFailure("plan: \(plan.all)") }
      let lines = try replay.lines()
      #expect(lines.count == lettersCount)
      #expect(lines.allSatisfy { $0.prediction == "WILL_CREATE" && $0.action == "retry" && $0.code == "UNKNOWN_MERCHANT" })
      return replay
    }

    private static func apply(_ replay: ReplayLane) throws -> RunningProcess {
      try replay.lane.worker(["replay", "apply", replay.path()] + settings, settings: replay.mended)
    }

    /// Each letter was sent once, and each request has a session, the true one.
    private static func expectAllAnswered(_ replay: ReplayLane, lettersCount: Int = lettersCount) async throws {
      let letters = try await replay.reader.allDeadLetters()
      #expect(letters.count == lettersCount, "nothing failed again")
      try await replay.expectOnce(letters)
      let replies = try await replay.reader.replies(atLeast: 2 * lettersCount)
      let created = replies.filter { $0.outcome == "CREATED" }
      #expect(created.count == lettersCount && Set(created.map(\.requestID)).count == lettersCount)
      #expect(created.allSatisfy { $0.record.text("checkout-replay-count") == "1" && $0.record.text("checkout-replay-of") != nil })
      try await expectTruth(replies, try EndToEndEnvironment.shared.simulator)
    }
  }
}
