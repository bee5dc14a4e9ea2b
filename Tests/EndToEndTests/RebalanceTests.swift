import Glibc
import KafkaTestKit
import Testing

extension EndToEndTests {
  /// Members of the group join, leave and are killed. On the mock cluster, because it evicts members that were killed, and knows cooperative rebalances.
  @Suite struct RebalanceTests {
    /// How the members share the partitions.
    struct Membership: Sendable, CustomTestStringConvertible {
      var strategy: String
      var isStatic: Bool
      var testDescription: String { "\(strategy), \(isStatic ? "static" : "dynamic")" }
    }

    private static let memberships = [
      Membership(strategy: "range", isStatic: false), Membership(strategy: "cooperative-sticky", isStatic: false),
      Membership(strategy: "cooperative-sticky", isStatic: true),
    ]
    private static let part = 300

    @Test(arguments: memberships)
    func membersComeAndGo(_ membership: Membership) async throws {
      let simulator = try EndToEndEnvironment.shared.simulator
      try await simulator.begin(Scenarios.slow)
      let cluster = try MockCluster(logger: .silent)
      let name = "members-\(membership.strategy)-\(membership.isStatic)"
      let lane = try Lane(
        name, bootstrapServers: cluster.bootstrapServers,
        properties: MockCluster.consumerProperties.merging([
          "partition.assignment.strategy": membership.strategy, "session.timeout.ms": "6000", "heartbeat.interval.ms": "500",
        ]) { $1 },
        gatewayPort: simulator.port, partitions: 4)
      try lane.createTopics(on: cluster)
      let reader = try TopicReader(lane)
      let start = { (number: Int) in
        try lane.worker(["run"], properties: membership.isStatic ? ["group.instance.id": "worker-\(number)"] : [:])
      }
      var published: [TestRequest] = []
      /// More requests for all partitions; each must be answered by whoever has its partition in the end.
      let requests = (0..<4).map { TestRequest.payments("\(name)-\($0)", Self.part) }

      let first = try start(1)
      let second = try start(2)
      for worker in [first, second] { try await worker.line(containing: "rebalance", "assigned", timeout: .seconds(60)) }
      try await lane.publish(requests[0])
      published += requests[0]
      try await repliesTo(published, reader)

      // One joins while there is work, one is killed, one leaves.
      try await lane.publish(requests[1])
      let third = try start(3)
      try await third.line(containing: "rebalance", "assigned", timeout: .seconds(60))
      try await lane.publish(requests[2])
      try await first.killNow()
      published += requests[1] + requests[2]
      try await repliesTo(published, reader)
      try await lane.publish(requests[3])
      second.signal(SIGTERM)
      #expect(try await second.end(within: .seconds(25)) == .exited(0))
      published += requests[3]
      try await repliesTo(published, reader)
      third.signal(SIGTERM)
      #expect(try await third.end(within: .seconds(25)) == .exited(0))

      let replies = try await reader.allReplies()
      #expect(Set(replies.map(\.requestID)) == Set(published.map(\.key)))
      #expect(replies.allSatisfy { $0.outcome == "CREATED" })
      expectIdentical(replies)
      try await expectTruth(replies, simulator)
      #expect(try await lane.lag() == 0)
      await reader.close()
    }

    /// Waits until each of these has a reply: the one that was killed may have left some twice, so counting replies is not enough.
    private func repliesTo(_ requests: [TestRequest], _ reader: TopicReader) async throws {
      let wanted = Set(requests.map(\.key))
      _ = try await reader.records.wait(for: "a reply to each of \(wanted.count) requests", timeout: .seconds(90)) { records in
        guard records.count >= wanted.count else { return Bool?.none }
        return wanted.isSubset(of: records.compactMap(\.key)) ? true : nil
      }
    }
  }
}
