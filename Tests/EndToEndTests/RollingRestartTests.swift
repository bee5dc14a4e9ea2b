import Glibc
import Testing

extension EndToEndTests {
  /// Three workers are replaced one after the other under load: nothing is lost, and nothing is done twice.
  @Suite struct RollingRestartTests {
    private static let workersCount = 3
    private static let requestsCount = 4000

    /// Static members, which keep their partitions while they are away, as a rolling restart wants it.
    @Test func losesNothingAndRepeatsNoPOST() async throws {
      let lane = try await Lane.shared("rolling", scenario: Scenarios.slow, partitions: 6)
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      let requests = TestRequest.payments("rolling", Self.requestsCount)
      let start = { (number: Int) in
        // Each call takes 60 ms: so the load outlasts the restarts.
        try lane.worker(
          ["run"], settings: ["gateway.maxConcurrentRequests": "8", "creation.batch.recordsMax": "50", "creation.batchesInFlight": "2"],
          properties: ["group.instance.id": "worker-\(number)"])
      }
      var workers = try (0..<Self.workersCount).map(start)
      for worker in workers { try await worker.line(containing: "rebalance", "assigned", timeout: .seconds(60)) }
      try await lane.publish(requests)
      for number in 0..<Self.workersCount {
        // Under load: some of what there is at any time comes from each of them.
        let repliesCount = try await reader.allReplies().count
        _ = try await reader.replies(atLeast: repliesCount + 200)
        workers[number].signal(SIGTERM)
        #expect(try await workers[number].end(within: .seconds(25)) == .exited(0))
        workers[number] = try start(number)
        try await workers[number].line(containing: "rebalance", "assigned", timeout: .seconds(60))
      }
      #expect(try await reader.allReplies().count < requests.count, "the load outlasted the restarts")
      _ = try await reader.replies(atLeast: requests.count, timeout: .seconds(120))
      for worker in workers { worker.signal(SIGTERM) }
      for worker in workers { #expect(try await worker.end(within: .seconds(25)) == .exited(0)) }

      let replies = try await reader.allReplies()
      #expect(Set(replies.map(\.requestID)) == Set(requests.map(\.key)))
      #expect(replies.count == requests.count, "no reply was published twice")
      #expect(replies.allSatisfy { $0.outcome == "CREATED" })
      #expect(try await simulator.sessions().count == requests.count, "no POST was repeated")
      #expect(try await lane.lag() == 0)
      await reader.close()
    }
  }
}
