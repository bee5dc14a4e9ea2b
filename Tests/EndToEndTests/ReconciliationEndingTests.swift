import CheckoutSession
import Glibc
import Testing

extension EndToEndTests {
  /// How `reconcile` ends, and what it leaves behind when it could not do its work.
  @Suite struct ReconciliationEndingTests {
    private static let sessionsCount = 20

    /// A lane with sessions that nobody has polled yet.
    private func open(_ name: String, scenario: String = Scenarios.life) async throws -> (fast: FastLane, replies: [ReadReply]) {
      let fast = try await FastLane.open(name, scenario: scenario, timeScale: FastLane.minutesInInstants)
      let replies = try await fast.create(TestRequest.sessions(name, Self.sessionsCount))
      #expect(replies.count == Self.sessionsCount && replies.allSatisfy { $0.outcome == "CREATED" })
      return (fast, replies)
    }

    private func expectEnding(_ code: Int32, _ reconciler: RunningProcess, sourceLocation: SourceLocation = #_sourceLocation) async throws {
      let ending = try await reconciler.end(within: .seconds(120))
      #expect(ending == .exited(code), "\(reconciler.output.now.tail)", sourceLocation: sourceLocation)
    }

    /// Nothing was told, everything is still to be told.
    private func expectNothingChanged(_ fast: FastLane, sourceLocation: SourceLocation = #_sourceLocation) async throws {
      #expect(try await fast.reader.allEvents().isEmpty, sourceLocation: sourceLocation)
      let outstanding = try await fast.status()["ledger"]?["outstanding"]?["count"]?.int
      #expect(outstanding == Int64(Self.sessionsCount), sourceLocation: sourceLocation)
    }

    @Test(arguments: ["--once", "--until-settled"])
    func withNothingToDoItIsDone(run: String) async throws {
      let fast = try await FastLane.open("nothing", scenario: Scenarios.life, timeScale: FastLane.minutesInInstants)
      try await expectEnding(0, fast.reconcile(run))
      let replies = try await fast.create(TestRequest.sessions("nothing", 5))
      try await expectEnding(0, fast.reconcile("--until-settled"))
      let reads = try await fast.simulator.reads()
      try await expectEnding(0, fast.reconcile(run))
      #expect(try await fast.simulator.reads() == reads, "what has ended is not polled again")
      try await fast.expectAllSettled(replies)
      await fast.close()
    }

    @Test func whatCannotBeReachedMeansTryAgainLater() async throws {
      let (fast, replies) = try await open("down")
      let nobody = "127.0.0.1:\(try LoopbackHTTP.freePort())"
      let jobs = [
        try fast.reconcile("--once", settings: ["gateway.baseURL": "http://\(nobody)/v1"]),
        try fast.reconcile("--once", settings: ["kafka.bootstrapServers": nobody]),
      ]
      for job in jobs { try await expectEnding(75, job) }
      try await expectNothingChanged(fast)
      try await expectEnding(0, fast.reconcile("--until-settled"))
      try await fast.expectAllSettled(replies)
      await fast.close()
    }

    @Test(arguments: ["--once", "--until-settled"])
    func aWrongSecretChangesNothing(run: String) async throws {
      let strict = "\(Scenarios.life)\ntokens: {clients: [{id: e2e, secret: \(Lane.clientSecret)}]}\n"
      let (fast, replies) = try await open("secret", scenario: strict)
      let refused = try fast.reconcile(run, environment: ["CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": "not-the-right-one"])
      try await expectEnding(77, refused)
      #expect(!refused.output.now.text.contains("not-the-right-one"))
      try await expectNothingChanged(fast)
      try await expectEnding(0, fast.reconcile("--until-settled"))
      try await fast.expectAllSettled(replies)
      await fast.close()
    }

    /// 401 for a token that was good, and 403: refused while at work.
    @Test(arguments: [("tokenExpired", "--once"), ("forbidden", "--once"), ("forbidden", "--until-settled")])
    func refusalsChangeNothing(fault: String, run: String) async throws {
      let (fast, replies) = try await open(fault)
      try await fast.simulator.goOn(Scenarios.silent(fault))
      try await expectEnding(77, fast.reconcile(run))
      try await expectNothingChanged(fast)
      try await fast.simulator.goOn(Scenarios.life)
      try await expectEnding(0, fast.reconcile("--until-settled"))
      try await fast.expectAllSettled(replies)
      await fast.close()
    }

    @Test func silenceIsUnresolvedUntilTheGatewaySpeaks() async throws {
      let (fast, replies) = try await open("silence")
      let settings = ["reconciliation.unresolvedAfter": "1m"]
      try await fast.simulator.goOn(Scenarios.silent("error500"))
      try await expectEnding(3, fast.reconcile("--until-settled", settings: settings))
      let unresolved = try await fast.reader.allEvents()
      #expect(unresolved.count == Self.sessionsCount && unresolved.allSatisfy { $0.status == .unresolved && !$0.isTerminal })
      #expect(Set(unresolved.map(\.sessionID)) == Set(replies.compactMap(\.sessionID)))
      try await expectEnding(3, fast.reconcile("--once", settings: settings))
      #expect(try await fast.reader.allEvents().count == Self.sessionsCount, "that is said once")
      #expect(try await fast.status()["ledger"]?["outstanding"]?["unresolved"]?.int == Int64(Self.sessionsCount))

      try await fast.simulator.goOn(Scenarios.life)
      let watcher = try fast.reconcile("--watch", settings: settings)
      _ = try await watcher.whileRunning { try await fast.reader.ends(atLeast: replies.count) }
      watcher.signal(SIGTERM)
      #expect(try await watcher.end(within: .seconds(25)) == .exited(0))
      try await fast.expectAllSettled(replies)
      try await expectEnding(0, fast.reconcile("--once", settings: settings))
      await fast.close()
    }

    /// Half of the answers take longer than a service may take to end, so there are polls under way whenever it is asked to.
    @Test func aServiceThatEndsGivesItsLeasesBack() async throws {
      let slow = "\(Scenarios.life)\n".replacing("status: 3ms", with: "status: {percentiles: {p50: 3ms, p51: 50s}}")
      let fast = try await FastLane.open("release", scenario: slow)
      let replies = try await fast.create(TestRequest.sessions("release", 40))
      // A lease that were not given back would outlast the test.
      let settings = ["gateway.requestTimeout": "1m", "creation.batchDeadline": "2m", "reconciliation.leaseDuration": "10m"]
      let watcher = try fast.reconcile("--watch", settings: settings)
      _ = try await watcher.whileRunning { try await fast.reader.events(SessionStatus.ends.union([.created]), atLeast: 5) }
      watcher.signal(SIGTERM)
      #expect(try await watcher.end(within: .seconds(25)) == .exited(0), "\(watcher.output.now.tail)")

      try await fast.simulator.goOn(Scenarios.life)
      let next = try fast.reconcile("--until-settled", settings: settings)
      #expect(try await next.end(within: .seconds(60)) == .exited(0), "\(next.output.now.tail)")
      try await fast.expectAllSettled(replies)
      await fast.close()
    }
  }
}
