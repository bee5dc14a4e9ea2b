import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 1 of issue 5: dead letters of six causes listed, planned, edited and applied; every one ends as predicted, at the rate that was asked for.
  ///
  /// `E2E_REPLAY_RECORDS=100000` for the figures of the issue. They are printed.
  @Suite struct ReplayScaleTests {
    private static let count = AskedLength.replayRecords
    /// Not so many that the run of a small test is over before its rate can be told.
    private static let rate = max(100, min(500, count / 10))
    private static let isLong = count >= 50_000

    @Test func allEndAsPredicted() async throws {
      // noida answers with all that a partition holds, 100 MB here if it had only one.
      let replay = try await ReplayLane.open("replay-scale", deadLetterPartitions: 3)
      try await Self.fail(replay)
      let letters = try await replay.reader.allDeadLetters()
      #expect(letters.count >= Self.count)

      let list = try await Measured(replay, ["list"])
      #expect(list.finished.code == 0, list.finished.all)
      print("list: \(letters.count) dead letters, \(list)")
      #expect(list.elapsed < .seconds(10), "\(list)")
      #expect(list.peakKiB < 200 * 1024, "\(list)")

      let plan = try await Measured(replay, ["plan", "-o", replay.path()])
      #expect(plan.finished.code == 0, plan.finished.all)
      print("plan: \(plan)")
      let lines = try replay.lines()
      #expect(lines.count == letters.count)
      try Data(#"{"config":{"modes":["PAYMENT"]}}"#.utf8).write(to: URL(filePath: replay.path("patch.json")))
      let edited = try await Measured(
        replay,
        [
          "plan", "--revise", replay.path(), "-o", replay.path("edited.jsonl"), "--code", "INVALID_REQUEST", "--action", "edit", "--patch",
          replay.path("patch.json"),
        ])
      #expect(edited.finished.code == 0, edited.finished.all)
      print("edit: \(edited)")
      let sending = try replay.lines("edited.jsonl").filter { ["retry", "edit"].contains($0.action) }
      #expect(sending.allSatisfy { $0.prediction == "WILL_CREATE" })
      let left = Dictionary(grouping: try replay.lines("edited.jsonl").filter { $0.action == "skip" }, by: \.code).mapValues(\.count)
      #expect(Set(left.keys) == ["INVALID_JSON", "IDEMPOTENCY_CONFLICT"], "\(left)")

      let worker = try replay.work()
      let apply = try await Measured(
        replay, ["apply", replay.path("edited.jsonl"), "--rate", "\(Self.rate)", "--canary", "5", "--yes"],
        within: .seconds(60 + 2 * sending.count / Self.rate))
      #expect(apply.finished.code == 0, apply.finished.all)
      print("apply: \(apply)\n\(apply.finished.text)")
      #expect(apply.finished.text.contains("100 %"), apply.finished.all)
      let replayed = try await replay.replayed()
      try Self.expectRate(replayed, sending.count)
      let created = try await replay.reader.allReplies().filter { $0.outcome == "CREATED" && $0.record.text("checkout-replay-of") != nil }
      #expect(Set(created.map(\.requestID)) == Set(sending.map(\.requestID)))
      #expect(try await replay.reader.allDeadLetters().count == letters.count, "nothing failed again")
      try await replay.end(worker)
      await replay.close()
    }

    /// Six causes; a sixth of the requests that the gateway fails for are given up, so there are six times as many of those.
    private static func fail(_ replay: ReplayLane) async throws {
      let many = Duration.seconds(90 + count / 100)
      let brand = [(name: "kafka_replyTopic", value: Array(replay.lane.brandReplies.utf8))]
      let known = TestRequest.payments("scale-1", 20)
      try await replay.lane.publish(known)
      guard try await replay.lane.drain() == .exited(0) else { throw ProcessFailure("no sessions") }
      _ = try await replay.failTransiently("scale-2", max(100, count / 20 * 6))
      let parts: [[TestRequest]] = [
        TestRequest.forNewMerchant("scale-3", count * 50 / 100),
        (0..<count * 30 / 100).map { .ofUnknownMode(TestRequest.paymentID("scale-4", $0)) },
        (0..<count * 10 / 100).map { .payment(TestRequest.paymentID("scale-5", $0), headers: brand) },
        (0..<count * 5 / 100).map { TestRequest(id: known[$0 % 20].key, value: Array(TestRequest.body("another-\($0)").utf8)) },
        (0..<count * 5 / 100).map { TestRequest(id: "cut-\($0)", value: Array(TestRequest.body("cut-\($0)").utf8.dropLast(9))) },
      ]
      for part in parts { try await replay.lane.publish(part) }
      guard try await replay.lane.drain(within: many) == .exited(3) else { throw ProcessFailure("run --drain") }
    }

    /// By the records' own times; the canary comes before, and the last ones after the last whole second are too few to count.
    private static func expectRate(_ replayed: [ReadRecord], _ sentCount: Int) throws {
      #expect(replayed.count == sentCount)
      let times = replayed.map(\.timestampMilliseconds).sorted().dropFirst(5)
      let (first, last) = (try #require(times.first), try #require(times.last))
      let achieved = Double(times.count - 1) * 1000 / Double(max(1, last - first))
      let error = (achieved / Double(rate) - 1) * 100
      print("rate: asked for \(rate)/s, held \(Int(achieved * 10) / 10)/s, \(Int(error * 100) / 100) % off")
      #expect(error <= 5, "too fast")
      // On a machine that stands still for a moment a short run cannot catch up.
      #expect(error >= (isLong ? -5 : -30), "too slow")
    }

    /// A command with its time and its memory.
    private struct Measured: CustomStringConvertible {
      let finished: ReplayLane.Finished
      let elapsed: Duration
      let peakKiB: Int

      init(_ replay: ReplayLane, _ words: [String], within: Duration = .seconds(120)) async throws {
        let began = ContinuousClock.now
        let process = try replay.lane.worker(["replay"] + words, settings: replay.mended)
        let peak = Task { await process.peakMemory() }
        let ending = try await process.end(within: within)
        elapsed = ContinuousClock.now - began
        peakKiB = await peak.value
        guard case .exited(let code) = ending else { throw ProcessFailure("\(words[0]): \(ending)") }
        finished = ReplayLane.Finished(code: code, output: process.output.now)
      }

      var description: String { "\(elapsed.formatted()), \(peakKiB / 1024) MiB" }
    }
  }
}

extension Duration {
  fileprivate func formatted() -> String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
  }
}
