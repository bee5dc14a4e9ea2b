import Glibc
import Pacing
import Testing

extension EndToEndTests {
  /// Killed anywhere, the next run goes on where the ledger and the offsets say, and nobody gets two different answers.
  @Suite struct CrashTests {
    /// What may be under way in one worker, and so what one kill may leave behind at the gateway.
    private static let recordsInFlightMax = 2 * 100
    private static let requestsCount = 3000

    @Test(arguments: [(name: "calm", scenario: Scenarios.calm, seed: 1), ("faulty", Scenarios.faulty, 2)])
    func killedSeveralTimes(name: String, scenario: String, seed: UInt64) async throws {
      let lane = try await Lane.shared("crash-\(name)", scenario: scenario)
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      let requests = TestRequest.payments("crash-\(name)", Self.requestsCount)
      try await lane.publish(requests)
      var random = SplitMix64(seed: seed)
      let kills = (1...4).map { $0 * 550 + Int(random.next() % 200) }

      for repliesCount in kills {
        let worker = try start(lane)
        _ = try await worker.whileRunning { try await reader.replies(atLeast: repliesCount) }
        try await worker.killNow()
        #expect(worker.output.now.ending == .signalled(SIGKILL), "it had ended before it was killed: the test shows nothing")
      }
      #expect(try await start(lane).end() == .exited(0))

      let replies = try await reader.allReplies()
      #expect(Set(replies.map(\.requestID)) == Set(requests.map(\.key)))
      #expect(replies.allSatisfy { $0.outcome == "CREATED" })
      expectIdentical(replies)
      try await expectTruth(replies, simulator)
      #expect(try await lane.lag() == 0)
      if scenario == Scenarios.calm {
        let orphansCount = try await simulator.sessions().count - requests.count
        #expect(orphansCount >= 0 && orphansCount <= kills.count * Self.recordsInFlightMax, "\(orphansCount) orphans")
      }
      await reader.close()
    }

    private func start(_ lane: Lane) throws -> RunningProcess {
      // A static member, because noida-db never evicts a dynamic one that was killed.
      try lane.worker(
        ["run", "--drain"],
        settings: [
          "creation.batch.recordsMax": "100", "creation.batchesInFlight": "2", "gateway.requestTimeout": "2s",
        ],
        properties: ["group.instance.id": "worker-1"])
    }
  }
}
