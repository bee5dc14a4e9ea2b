import CheckoutSession
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 4 of issue 4: an outage is no fault of a request. `E2E_OUTAGE_SECONDS=300` for the five minutes of the issue.
  @Suite struct LongOutageTests {
    private static let seconds = AskedLength.outageSeconds
    private static let requestsPerSecond = 100
    private static let burst = 10

    /// First every call is answered with 503, then connections are refused, then every call gets 429. With the attempts and the patience that are the
    /// default, and requests that come before it, during it and after it.
    @Test func nothingIsGivenUpAndItCatchesUpWithinTheQuota() async throws {
      // 200 ms of the machine's jitter: see QuotaTests.
      let quota = Scenarios.quota(Self.requestsPerSecond, burst: Self.burst + Self.requestsPerSecond / 5)
      let lane = try await Lane.shared("long-outage", scenario: quota)
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      let worker = try lane.worker(
        ["run"],
        settings: [
          "gateway.quota.requestsPerSecond": "\(Self.requestsPerSecond)", "gateway.quota.burst": "\(Self.burst)",
          "gateway.requestTimeout": "2s",
        ])
      let parts = (0..<3).map { TestRequest.payments("long-outage-\($0)", 400) }
      try await lane.publish(parts[0])
      _ = try await worker.whileRunning { try await reader.replies(atLeast: 100) }
      let third = Self.seconds * 1000 / 3
      let began = ContinuousClock.now
      try await simulator.goOn(
        """
        \(quota)
        outages: [{from: 0s, to: \(third)ms, kind: 503}, {from: \(third)ms, to: \(2 * third)ms, kind: refuse}]
        rateLimitBursts: [{from: \(2 * third)ms, to: \(3 * third)ms, share: 1}]
        """)
      try await lane.publish(parts[1])
      let answeredCount = try await reader.allReplies().count
      #expect(answeredCount < parts[0].count, "the outage came in the middle")
      let patience = Duration.seconds(Self.seconds + 60)
      _ = try await worker.whileRunning { try await reader.replies(atLeast: answeredCount + 64 + 1, timeout: patience) }
      #expect(ContinuousClock.now - began >= .seconds(Self.seconds) - .seconds(1), "there was an outage")
      try await lane.publish(parts[2])
      let all = parts.flatMap { $0 }
      let replies = try await worker.whileRunning { try await reader.replies(atLeast: all.count, timeout: .seconds(90)) }

      #expect(Set(replies.map(\.requestID)) == Set(all.map(\.key)), "the oldest one too")
      #expect(replies.count == all.count && replies.allSatisfy { $0.outcome == "CREATED" })
      #expect(try await reader.allDeadLetters().isEmpty)
      try await expectTruth(replies, simulator)
      #expect(try await simulator.statistics()["quotaExcessPeak"]?.rawNumber.flatMap { Double($0) } == 0)
      let failed = try await simulator.creates().filter { $0.key != "202" }
      #expect(failed.values.reduce(0, +) < all.count, "it held back: \(failed)")
      // Zero restarts: it is the process that began.
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0))
      #expect(try await lane.lag() == 0)
      await reader.close()
    }
  }
}
