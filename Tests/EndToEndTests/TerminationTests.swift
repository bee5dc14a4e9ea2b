import Glibc
import Testing

extension EndToEndTests {
  /// SIGTERM: finish or abandon what is under way, publish, commit, leave; a second one ends at once.
  @Suite struct TerminationTests {
    @Test func drainsUnderLoad() async throws {
      let lane = try await Lane.shared("drain", scenario: Scenarios.slow)
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      let requests = TestRequest.payments("drain", 4000)
      try await lane.publish(requests)

      let worker = try lane.worker(["run"])
      _ = try await worker.whileRunning { try await reader.replies(atLeast: 500) }
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0))
      let repliesCount = Int(requests.count) - Int(try await lane.lag())
      #expect(repliesCount >= 500 && repliesCount < requests.count, "the signal came under load")
      let first = try await reader.allReplies()

      #expect(try await lane.drain() == .exited(0))
      let all = try await reader.allReplies()
      #expect(first.count == repliesCount, "what was committed is what was replied")
      #expect(all.count == requests.count, "nothing is done twice")
      #expect(Set(all.map(\.requestID)) == Set(requests.map(\.key)))
      #expect(all.allSatisfy { $0.outcome == "CREATED" })
      #expect(try await simulator.sessions().count == requests.count)
      #expect(try await lane.lag() == 0)
      await reader.close()
    }

    /// Half of the answers come at once, so that the test sees when the others are under way; those take longer than a drain may.
    private static let halfHanging = """
      name: half-hanging
      latency: {create: {percentiles: {p50: 5ms, p51: 40s}}}
      """
    private static let patientGateway = [
      "gateway.requestTimeout": "1m", "reconciliation.grace": "1m", "reconciliation.leaseDuration": "2m", "creation.batchDeadline": "2m",
    ]

    @Test func drainIsBoundedWhateverTheGatewayDoes() async throws {
      let lane = try await Lane.shared("bounded", scenario: Self.halfHanging)
      let reader = try TopicReader(lane)
      let requests = TestRequest.payments("bounded", 40)
      try await lane.publish(requests)
      let worker = try lane.worker(["run"], settings: Self.patientGateway)
      _ = try await worker.whileRunning { try await reader.replies(atLeast: 10) }
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0))

      try await EndToEndEnvironment.shared.simulator.goOn(Scenarios.calm)
      #expect(try await lane.drain() == .exited(0))
      let replies = try await reader.allReplies()
      #expect(Set(replies.map(\.requestID)) == Set(requests.map(\.key)))
      #expect(replies.allSatisfy { $0.outcome == "CREATED" })
      expectIdentical(replies)
      #expect(try await lane.lag() == 0)
      await reader.close()
    }

    @Test func aSecondSignalEndsAtOnce() async throws {
      let lane = try await Lane.shared("second", scenario: Self.halfHanging)
      let reader = try TopicReader(lane)
      let requests = TestRequest.payments("second", 40)
      try await lane.publish(requests)
      let worker = try lane.worker(["run"], settings: Self.patientGateway, properties: ["group.instance.id": "worker-1"])
      _ = try await worker.whileRunning { try await reader.replies(atLeast: 10) }
      worker.signal(SIGTERM)
      try await worker.line(containing: "draining")
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(5)) == .exited(128 + SIGTERM))

      try await EndToEndEnvironment.shared.simulator.goOn(Scenarios.calm)
      let next = try lane.worker(["run", "--drain"], properties: ["group.instance.id": "worker-1"])
      #expect(try await next.end() == .exited(0))
      let replies = try await reader.allReplies()
      #expect(Set(replies.map(\.requestID)) == Set(requests.map(\.key)))
      expectIdentical(replies)
      await reader.close()
    }
  }
}
