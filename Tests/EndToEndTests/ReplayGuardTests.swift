import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 4 of issue 5: nothing is replayed for ever.
  @Suite struct ReplayGuardTests {
    /// A request that is at fault itself, and an operator who sends it all the same: with every replay it fails again, and has another dead letter.
    @Test func aPoisonRecordStopsAtTheGuard() async throws {
      let replay = try await ReplayLane.open("replay-poison", partitions: 1)
      try await replay.fail([.payment("good-0"), .ofUnknownMode("poison"), .payment("good-1")])
      let worker = try replay.work()
      for round in 1...3 {
        try await Self.planForce(replay, replayCount: round - 1)
        let apply = try await replay.replay("apply", replay.path(), "--yes")
        #expect(apply.code == 0, "as predicted: \(apply.output.text)")
        #expect(try await replay.reader.replies(atLeast: 3 + round).count == 3 + round)
        let letters = try await replay.reader.allDeadLetters()
        #expect(letters.count == 1 + round && letters.last?.text("checkout-replay-count") == "\(round)")
      }

      try await Self.planForce(replay, replayCount: 3)
      let guarded = try await replay.replay("apply", replay.path(), "--yes")
      #expect(guarded.code == 3 && guarded.text.contains("OVER_MAX_ATTEMPTS"), guarded.all)
      #expect(try await replay.replayed().compactMap { $0.text("checkout-replay-count") } == ["1", "2", "3"])

      let forced = try await replay.replay("apply", replay.path(), "--yes", "--force")
      #expect(forced.code == 0, forced.all)
      #expect(try await replay.replayed().compactMap { $0.text("checkout-replay-count") } == ["1", "2", "3", "4"])
      try await replay.end(worker)
      #expect(try await EndToEndEnvironment.shared.simulator.sessions().count == 2)
      await replay.close()
    }

    /// Plans the one letter of this count, which nobody would send, to be sent.
    private static func planForce(_ replay: ReplayLane, replayCount: Int) async throws {
      let plan = try await replay.replay("plan", "--request-id", "poison", "-o", replay.path())
      #expect(plan.code == 3, plan.all)
      let open = try replay.lines().filter { $0.prediction != "ALREADY_REPLAYED" }
      #expect(open.count == 1 && open[0].prediction == "STILL_REJECTED" && open[0].replayCount == replayCount, "\(open)")
      #expect(try replay.lines().count == replayCount + 1 && open[0].action == "skip")
      try replay.edit { line in
        guard line.contains("STILL_REJECTED"), let reason = line.firstRange(of: ",\"reason\":") else { return }
        line = line[..<reason.lowerBound].replacing("\"action\":\"skip\"", with: "\"action\":\"retry\"") + "}"
      }
    }

    /// The operator's configuration knows the merchant, the workers' does not: the plan takes it for mended, three times.
    @Test func thePlanKnowsTheGuardToo() async throws {
      let replay = try await ReplayLane.open("replay-guard", partitions: 1)
      try await replay.fail([.forNewMerchant("poison")])
      let worker = try replay.lane.worker(["run"])
      for round in 1...3 {
        let plan = try await replay.replay("plan", "-o", replay.path())
        #expect(plan.code == 0, plan.all)
        let apply = try await replay.replay("apply", replay.path(), "--yes")
        #expect(apply.code == 3, apply.all)
        #expect(try await replay.reader.allDeadLetters().count == 1 + round, "\(apply.output.text)")
      }
      let plan = try await replay.replay("plan", "-o", replay.path())
      #expect(plan.code == 3, plan.all)
      let last = try #require(try replay.lines().last)
      #expect(last.prediction == "WILL_CREATE" && last.action == "skip" && last.reason?.contains("--force") == true, "\(last)")
      try await replay.end(worker)
      await replay.close()
    }

    /// The gateway fails on: the canary shows it, the rest is not sent, and each record's attempts are its own.
    @Test func aFailedCanaryKeepsTheRestBack() async throws {
      let replay = try await ReplayLane.open("replay-canary")
      let failed = try await replay.failTransiently("replay-canary", 120)
      #expect(failed.count > 8, "\(failed.count)")
      let plan = try await replay.replay("plan", "--class", "transient", "-o", replay.path())
      #expect(plan.code == 0, plan.all)
      let lines = try replay.lines()
      #expect(Set(lines.map(\.requestID)) == failed && lines.allSatisfy { $0.prediction == "WILL_CREATE" && $0.code == "GATEWAY_ERROR" })
      // It knows none of these customers, and says so of everybody.
      try await EndToEndEnvironment.shared.simulator.goOn("name: strange\nfaults: {create: {customerNotFound: 1}}\n")
      let worker = try replay.work()
      let apply = try await replay.replay("apply", replay.path(), "--canary", "3", "--yes")
      #expect(apply.code == 3, apply.all)
      #expect(try await replay.replayed().count == 3)
      let history = try await replay.replay("history")
      #expect(history.text.contains("CANARY_FAILED"), history.all)
      // The same command goes on once the gateway is well again, and sends what was kept back.
      try await EndToEndEnvironment.shared.simulator.goOn(Scenarios.calm)
      let second = try await replay.replay("apply", replay.path(), "--canary", "3", "--rate", "100", "--yes")
      #expect(try await replay.replayed().count == failed.count, second.all)
      let sessions = try await replay.reader.allReplies().filter { $0.outcome == "CREATED" && failed.contains($0.requestID) }
      #expect(sessions.count == failed.count - 3 && sessions.allSatisfy { $0.generation == 2 })
      try await replay.end(worker)
      await replay.close()
    }
  }
}
