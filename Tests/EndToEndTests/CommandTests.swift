import CheckoutSession
import FoundationEssentials
import Testing

extension EndToEndTests {
  /// The commands around `run`, on a real broker: `publish`, `status`, `check`.
  @Suite struct CommandTests {
    private func status(_ lane: Lane) async throws -> JSONValue {
      let status = try lane.worker(["status", "--json"])
      #expect(try await status.end() == .exited(0), "\(status.output.now.tail)")
      return try JSONDocument.parse(Array((status.output.now.outputLines.joined()).utf8)[...], limits: .answer).root
    }

    /// Writes lines to a file of the lane and publishes it.
    private func publish(_ lines: [String], _ lane: Lane) async throws -> (ending: ProcessOutput.Ending, output: ProcessOutput) {
      let path = "\(lane.folder)/requests.jsonl"
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: path))
      let publish = try lane.worker(["publish", path])
      return (try await publish.end(), publish.output.now)
    }

    @Test func publishRunAndStatus() async throws {
      let lane = try await Lane.shared("commands", scenario: Scenarios.calm)
      let reader = try TopicReader(lane)
      let lines = [
        TestRequest.body("line-1"), "",
        #"{"key":"order-2","headers":{"ce_id":"id-2","correlation-id":"c"},"value":\#(TestRequest.body("line-2"))}"#,
        #"{"payment":{}}"#,
      ]
      #expect(try await publish(lines, lane).ending == .exited(0))

      let before = try await status(lane)
      #expect(before["kafka"]?["lag"]?.int == 3)
      #expect(before["ledger"]?["state"]?.string == "absent")
      #expect(before["oldestUnanswered"]?["at"]?.string != nil)
      #expect(try await lane.drain() == .exited(3))
      let replies = try await reader.allReplies()
      #expect(
        Set(replies.map { "\($0.requestID) \($0.record.key ?? "-") \($0.outcome)" }).isSuperset(of: [
          "line-1 line-1 CREATED", "id-2 order-2 CREATED",
        ]))
      #expect(replies.first { $0.requestID == "id-2" }?.record.text("correlation-id") == "c")
      #expect(replies.count { $0.outcome == "REJECTED" } == 1 && replies.count == 3)

      let after = try await status(lane)
      #expect(after["kafka"]?["lag"]?.int == 0)
      #expect(after["ledger"]?["state"]?.string == "ok")
      #expect(after["ledger"]?["decisions"]?["CREATED"]?.int == 2)
      #expect(after["ledger"]?["undecided"]?["count"]?.int == 0)
      #expect(after["ledger"]?["unpublished"]?["count"]?.int == 0)
      #expect(after["oldestUnanswered"]?["at"]?.isNull == true)
      await reader.close()
    }

    @Test func publishStopsAtALineThatIsNoJSON() async throws {
      let lane = try await Lane.shared("line", scenario: Scenarios.calm)
      let (ending, output) = try await publish([TestRequest.body("fine"), #"{"payment":{"amount":1,}}"#, TestRequest.body("after")], lane)
      #expect(ending == .exited(1))
      let text = output.errorLines.joined(separator: "\n")
      #expect(text.contains(":2:23"), "file, line and column, but got:\n\(text)")
      #expect(try await lane.lag() == 1, "what stands before it is published, nothing after it")
    }

    @Test func checkSaysWhatIsMissing() async throws {
      let lane = try await Lane.shared("check", scenario: "name: strict\ntokens: {clients: [{id: e2e, secret: \(Lane.clientSecret)}]}\n")
      let nobody = "127.0.0.1:\(try LoopbackHTTP.freePort())"
      let cases: [(settings: [String: String], code: Int32, says: String)] = [
        ([:], 0, "Ready"),
        (["kafka.bootstrapServers": nobody], 75, "FAIL  broker \(nobody)"),
        (["gateway.baseURL": "http://\(nobody)/v1"], 75, "FAIL  gateway"),
        (["gateway.token.clientId": "stranger"], 77, "FAIL  token of merchant e2e"),
        (["kafka.topics.replies": "\(lane.replies).missing"], 1, "kafka-topics.sh"),
        (["ledger.url": "sqlite:\(lane.folder)/no/such/folder/ledger.sqlite"], 1, "mkdir -p"),
      ]
      for (settings, code, says) in cases {
        let check = try lane.worker(["check"], settings: settings)
        #expect(try await check.end() == .exited(code), "\(settings)\n\(check.output.now.text)")
        #expect(check.output.now.outputLines.joined(separator: "\n").contains(says), "\(check.output.now.text)")
        #expect(!check.output.now.text.contains(Lane.clientSecret))
      }
      #expect(try await lane.lag() == 0)
      let wrong = try lane.worker(["check"], settings: ["gateway.quota.burst": "0"])
      #expect(try await wrong.end() == .exited(2))
    }
  }
}
