import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// `ops/runbooks/replay.md`, typed command by command on the day that it tells of. What each prints is compared with the page, but for numbers, times and names.
  ///
  /// `E2E_RUNBOOK_OUT=FILE` writes the page with what was printed now.
  @Suite struct ReplayStoryTests {
    @Test func theRunbook() async throws {
      // A real cluster has, or may have, topics of these names.
      let replay = try await ReplayLane.open("replay-story", hasShippedNames: EndToEndEnvironment.realCluster == nil)
      let failedIDs = try await Self.failedDay(replay)
      let shell = try RunbookShell(replay)
      var page = try RunbookPage(ReplayLane.text(Repository.path("ops/runbooks/replay.md")))
      var worker: RunningProcess?
      for index in page.commands.indices {
        let command = page.commands[index].text
        if command == "systemctl restart checkout-worker" {
          worker = try replay.work()
          continue
        }
        let printed = try await shell.run(command)
        if let expected = page.commands[index].output {
          let (now, then) = (RunbookPage.stable(printed), RunbookPage.stable(expected))
          #expect(
            now == then, "\(command)\nprinted\n\(printed.joined(separator: "\n"))\nthe page says\n\(expected.joined(separator: "\n"))")
        }
        page.commands[index].output = printed
      }
      if let path = ProcessInfo.processInfo.environment["E2E_RUNBOOK_OUT"] {
        try Data(page.text.utf8).write(to: URL(filePath: path))
      }

      // What the page promises.
      try await replay.end(try #require(worker, "the page restarts the worker"))
      let letters = try await replay.reader.allDeadLetters()
      #expect(letters.count == failedIDs.count, "nothing failed again")
      let again = letters.filter { !["INVALID_JSON", "IDEMPOTENCY_CONFLICT"].contains($0.text("checkout-error-code")) }
      try await replay.expectOnce(again)
      let replies = try await replay.reader.allReplies()
      let created = Set(replies.filter { $0.outcome == "CREATED" && $0.record.text("checkout-replay-of") != nil }.map(\.requestID))
      #expect(created == Set(again.compactMap { $0.text("ce_id") }))
      try await expectTruth(replies, try EndToEndEnvironment.shared.simulator)
      await replay.close()
    }

    /// Six causes; gives the ids of what was dead-lettered.
    private static func failedDay(_ replay: ReplayLane) async throws -> [String] {
      let good = TestRequest.payments("order-1", 40)
      let brand = [(name: "kafka_replyTopic", value: Array(replay.lane.brandReplies.utf8))]
      try await replay.lane.publish(good)
      guard try await replay.lane.drain() == .exited(0) else { throw ProcessFailure("the day began badly") }
      let transient = try await replay.failTransiently("order-2", 200)
      let broken =
        TestRequest.forNewMerchant("order-3", 90) + (0..<60).map { .ofUnknownMode(TestRequest.paymentID("order-4", $0)) }
        + (0..<12).map { .payment(TestRequest.paymentID("order-5", $0), headers: brand) }
        + (0..<5).map { TestRequest(id: good[$0].key, value: Array(TestRequest.body("another-\($0)").utf8)) }
        + (0..<2).map { TestRequest(id: "by-hand-\($0)", value: Array(TestRequest.body("by-hand-\($0)").utf8.dropLast(9))) }
      try await replay.fail(broken)
      return transient.sorted() + broken.map(\.key)
    }
  }
}
