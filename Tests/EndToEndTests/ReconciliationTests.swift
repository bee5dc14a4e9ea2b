import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 1 of the reconciliation stage: whatever the gateway and the machine do, every session one end, the true one.
  /// `E2E_SESSIONS` for another number of sessions.
  @Suite struct ReconciliationTests {
    private static let ownCount = ProcessInfo.processInfo.environment["E2E_SESSIONS"].flatMap { Int($0) }

    @Test func everythingGoesWrong() async throws {
      let fast = try await FastLane.open("mixed", scenario: FastLane.shippedScenario("mixed-faults"))
      let requests = TestRequest.sessions("mixed", Self.ownCount ?? 5000)
      let creator = try await begin(requests, fast)
      let reconciler = try fast.reconcile("--until-settled")
      #expect(try await fast.end(of: creator, within: .seconds(90)) == .exited(0), "\(creator.output.now.tail)")
      #expect(try await fast.end(of: reconciler, within: .seconds(120)) == .exited(0), "\(reconciler.output.now.tail)")

      let replies = try await repliesToAll(requests, fast)
      try await expectItWasMixed(try await fast.expectAllSettled(replies), fast)
      #expect(reconciler.output.now.text.contains("sessions wait"), "there was an outage")
      await fast.close()
    }

    @Test func killedEveryThreeSeconds() async throws {
      let fast = try await FastLane.open("killed", scenario: FastLane.shippedScenario("mixed-faults"))
      let requests = TestRequest.sessions("killed", Self.ownCount ?? 2000)
      let creator = try await begin(requests, fast)
      let killsCount = try await killing(every: .seconds(3)) { try fast.reconcile("--until-settled") }
      #expect(killsCount >= 5, "\(killsCount) kills")
      #expect(try await creator.end(within: .seconds(10)) == .exited(0), "\(creator.output.now.tail)")
      let replies = try await repliesToAll(requests, fast)
      try await expectItWasMixed(try await fast.expectAllSettled(replies, mayRepeat: true), fast)
      await fast.close()
    }

    @Test func twoAtOnceThroughAllOfIt() async throws {
      let fast = try await FastLane.open("pair", scenario: FastLane.shippedScenario("mixed-faults"))
      let requests = TestRequest.sessions("pair", Self.ownCount ?? 2000)
      let creator = try await begin(requests, fast)
      let reconcilers = try (0..<2).map { _ in try fast.reconcile("--until-settled") }
      #expect(try await fast.end(of: creator, within: .seconds(90)) == .exited(0), "\(creator.output.now.tail)")
      for reconciler in reconcilers {
        #expect(try await fast.end(of: reconciler, within: .seconds(120)) == .exited(0), "\(reconciler.output.now.tail)")
      }
      try await fast.expectAllSettled(try await repliesToAll(requests, fast))
      await fast.close()
    }

    /// In fair weather, because which polls meet faults, and are repeated, depends on their moment. Side by side, with long waits and a smaller time scale,
    /// because on a busy machine every poll comes later, and so fewer come in a session's life. Only so like is compared with like.
    @Test func twoPollAsOftenAsOne() async throws {
      async let alone = polls(reconcilersCount: 1)
      async let together = polls(reconcilersCount: 2)
      let (one, two) = try await (alone, together)
      #expect(abs(two - one) * 20 <= one, "\(one) polls by one, \(two) by two")
    }

    private func polls(reconcilersCount: Int) async throws -> Int {
      let fast = try await FastLane.open("polls-\(reconcilersCount)", scenario: Scenarios.life, timeScale: 20)
      let schedule = ["firstPoll": "25s", "interval": "2m", "growth": "1", "intervalMax": "2m"]
      let settings = Dictionary(uniqueKeysWithValues: schedule.map { ("reconciliation.schedule.default.\($0.key)", $0.value) })
      let reconcilers = try (0..<reconcilersCount).map { _ in try fast.reconcile("--watch", settings: settings) }
      for reconciler in reconcilers { try await reconciler.line(containing: "watching sessions") }
      let replies = try await fast.create(TestRequest.sessions("polls", 400), settings: settings)
      _ = try await fast.reader.ends(atLeast: replies.count, timeout: .seconds(120))
      for reconciler in reconcilers { reconciler.signal(SIGTERM) }
      for reconciler in reconcilers { #expect(try await reconciler.end(within: .seconds(25)) == .exited(0)) }
      let settled = try await fast.expectAllSettled(replies)
      let polls = settled.truth.map(\.polls).reduce(0, +)
      #expect(polls == settled.pollsTold, "a poll that no event counts was one too many")
      await fast.close()
      return polls
    }

    /// Publishes the requests and starts a `run --drain`; returns once there are sessions.
    private func begin(_ requests: [TestRequest], _ fast: FastLane) async throws -> RunningProcess {
      try await fast.lane.publish(requests)
      let creator = try fast.lane.worker(["run", "--drain"])
      _ = try await creator.whileRunning { try await fast.reader.replies(atLeast: 100) }
      return creator
    }

    /// Runs a reconciler and kills it again and again until one ends by itself; returns how many were killed.
    private func killing(every interval: Duration, _ start: () throws -> RunningProcess) async throws -> Int {
      for killsCount in 0..<60 {
        let reconciler = try start()
        if let ending = try? await reconciler.end(within: interval) {
          #expect(ending == .exited(0), "\(reconciler.output.now.tail)")
          return killsCount
        }
        try await reconciler.killNow()
      }
      throw ProcessFailure("60 reconcilers did not settle it")
    }

    /// Every request got a session.
    private func repliesToAll(_ requests: [TestRequest], _ fast: FastLane) async throws -> [ReadReply] {
      let replies = try await fast.reader.allReplies()
      #expect(Set(replies.map(\.requestID)) == Set(requests.map(\.key)))
      #expect(replies.allSatisfy { $0.outcome == "CREATED" })
      return replies
    }

    /// The test would show nothing if nothing had gone wrong.
    private func expectItWasMixed(_ settled: SettledSessions, _ fast: FastLane) async throws {
      let reads = try await fast.simulator.reads()
      for answer in ["401", "410", "429", "500", "reset"] {
        #expect(reads[answer, default: 0] > 0, "no poll got \(answer): \(reads)")
      }
      for end in [SessionStatus.completed, .failed, .canceled, .timedOut] {
        #expect(settled.endsCount[end, default: 0] * 100 > settled.replies.count, "\(settled.endsCount)")
      }
      #expect(settled.truth.count > settled.replies.count, "there were sessions that nobody was told of")
      let outstanding = try await fast.status()["ledger"]?["outstanding"]
      #expect(outstanding?["count"]?.int == 0)
      for (end, count) in settled.endsCount { #expect(outstanding?["endedTotal"]?[end.rawValue]?.int == Int64(count), "\(end)") }
    }
  }
}
