import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// The script of `jobs/replay-transient`, as its timer starts it.
  @Suite struct ReplayJobTests {
    @Test func givesASecondChanceToWhatIsTransient() async throws {
      let replay = try await ReplayLane.open("replay-job")
      let failed = try await replay.failTransiently("replay-job", 120)
      try await replay.fail([.ofUnknownMode("broken")] + TestRequest.forNewMerchant("replay-job-new", 3))
      let worker = try replay.work()

      let first = try Job(replay)
      #expect(try await first.process.end() == .exited(0), "\(first.process.output.now.text)")
      let created = try await replay.reader.allReplies().filter { $0.outcome == "CREATED" && $0.generation == 2 }
      #expect(Set(created.map(\.requestID)) == failed, "all of them, and of no other class")
      #expect(try await replay.replayed().count == failed.count)
      #expect(try Job.plans(replay).allSatisfy { $0.hasSuffix(".jsonl.done") })

      let second = try Job(replay)
      #expect(try await second.process.end() == .exited(0), "\(second.process.output.now.text)")
      #expect(try await replay.replayed().count == failed.count, "there was nothing left to do")
      #expect(try Job.plans(replay).count == 1)

      // A plan of days ago is not gone on with, one that nobody can read is not tried for ever, and neither stops the job.
      let kept = try Job.plans(replay)
      try Job.leave("plan-old.jsonl", minutesAgo: 61, replay)
      try Job.leave("plan-rubbish.jsonl", minutesAgo: 1, replay)
      let third = try Job(replay)
      #expect(try await third.process.end() == .exited(2), "\(third.process.output.now.text)")
      #expect(
        third.process.output.now.errorLines.contains {
          $0.hasSuffix("plan-old.jsonl is older than 60 minutes: set aside, not gone on with")
        })
      #expect(Set(try Job.plans(replay)) == Set(kept + ["plan-old.jsonl.stale", "plan-rubbish.jsonl.failed"]))
      try await replay.end(worker)
      await replay.close()
    }

    /// Two at once, one of them killed: the next one finishes its plan.
    @Test func overlapsAndIsKilled() async throws {
      let replay = try await ReplayLane.open("replay-job-killed")
      let failed = try await replay.failTransiently("replay-job-killed", 240)
      let worker = try replay.work()
      let both = [try Job(replay, rate: 20), try Job(replay, rate: 20)]
      _ = try await both[0].process.whileRunning {
        try await replay.requests.records.wait(for: "a replay") { records -> Void? in
          records.contains { $0.text("checkout-replay-of") != nil } ? () : nil
        }
      }
      try await both[0].process.killNow()
      #expect(try await both[1].process.end(within: .seconds(90)) == .exited(0), "\(both[1].process.output.now.text)")
      let next = try Job(replay)
      #expect(try await next.process.end(within: .seconds(90)) == .exited(0), "\(next.process.output.now.text)")
      let letters = try await replay.reader.allDeadLetters()
      #expect(letters.count == failed.count)
      try await replay.expectOnce(letters)
      #expect(try Job.plans(replay).allSatisfy { $0.hasSuffix(".jsonl.done") })
      try await replay.end(worker)
      await replay.close()
    }

    /// The script, with the worker under test in its path.
    private struct Job {
      let process: RunningProcess

      init(_ replay: ReplayLane, rate: Int = 200) throws {
        let folder = Executables.worker.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        var arguments = [Self.script]
        for (key, value) in replay.lane.configuration.merging(replay.mended, uniquingKeysWith: { $1 }) {
          arguments += ["--set", "\(key)=\(value)"]
        }
        for (name, value) in replay.lane.properties { arguments += ["-X", "\(name)=\(value)"] }
        process = try RunningProcess.start(
          "/bin/sh", arguments,
          environment: [
            "PATH": "\(folder):/usr/bin:/bin", "CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": Lane.clientSecret,
            "REPLAY_STATE": Self.state(replay),
            "REPLAY_UNTIL": "0s", "REPLAY_RATE": "\(rate)",
          ])
      }

      static func plans(_ replay: ReplayLane) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: state(replay)) }

      /// Leaves a plan behind that is none.
      static func leave(_ name: String, minutesAgo: Int, _ replay: ReplayLane) throws {
        let path = "\(state(replay))/\(name)"
        try Data("rubbish\n".utf8).write(to: URL(filePath: path))
        let changed = Date(timeIntervalSinceNow: Double(-60 * minutesAgo))
        try FileManager.default.setAttributes([.modificationDate: changed], ofItemAtPath: path)
      }

      private static func state(_ replay: ReplayLane) -> String { "\(replay.lane.folder)/jobs" }

      private static let script = Repository.path("jobs/replay-transient/replay-transient")
    }
  }
}
