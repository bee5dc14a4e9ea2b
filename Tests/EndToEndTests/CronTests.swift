import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 4 of the reconciliation stage: a job that is started every minute tells what a service tells. A minute is a second here.
  /// `E2E_CRON_LIFETIMES=10` for the figure of the issue.
  @Suite struct CronTests {
    private static let lifetimes = ProcessInfo.processInfo.environment["E2E_CRON_LIFETIMES"].flatMap { Int($0) } ?? 2
    private static let minutesInALifetime = 15
    private static let requestsPerMinute = 5

    @Test func onceEveryMinuteTellsWhatWatchTells() async throws {
      // The same seed: the same requests make the same sessions, with the same ids and ends, in both.
      let watched = try await FastLane.open("watched", scenario: Scenarios.life, seed: 11)
      let scheduled = try await FastLane.open("scheduled", scenario: Scenarios.life, seed: 11)
      let creators = try [watched, scheduled].map { try $0.lane.worker(["run"]) }
      let watcher = try watched.reconcile("--watch")
      let requests = TestRequest.sessions("cron", Self.lifetimes * Self.minutesInALifetime * Self.requestsPerMinute)

      var rest = requests[...]
      let clock = ContinuousClock()
      var minute = clock.now
      for _ in 0..<(Self.lifetimes + 3) * Self.minutesInALifetime {
        let arriving = Array(rest.prefix(Self.requestsPerMinute))
        rest = rest.dropFirst(arriving.count)
        if !arriving.isEmpty { for fast in [watched, scheduled] { try await fast.lane.publish(arriving) } }
        let job = try scheduled.reconcile("--once")
        #expect(try await job.end() == .exited(0), "\(job.output.now.tail)")
        if rest.isEmpty, try await settledCount(scheduled) == requests.count { break }
        // Cron's own clock: like it, this starts a job at the next full minute after the last one has ended.
        while minute <= clock.now { minute += .seconds(1) }
        try await clock.sleep(until: minute)
      }
      _ = try await watcher.whileRunning { try await watched.reader.ends(atLeast: requests.count) }
      for service in creators + [watcher] { service.signal(SIGTERM) }
      for service in creators + [watcher] { #expect(try await service.end(within: .seconds(25)) == .exited(0)) }

      var told: [Set<[String]>] = []
      for fast in [watched, scheduled] {
        let replies = try await fast.reader.allReplies()
        #expect(replies.count == requests.count && replies.allSatisfy { $0.outcome == "CREATED" })
        let settled = try await fast.expectAllSettled(replies)
        told.append(Set(settled.events.filter(\.isTerminal).map { [$0.ceID, $0.requestID, $0.sessionID, $0.status.rawValue] }))
        await fast.close()
      }
      #expect(told[0].count == requests.count)
      #expect(told[0] == told[1])
    }

    private func settledCount(_ fast: FastLane) async throws -> Int {
      Set(try await fast.reader.allEvents().filter(\.isTerminal).map(\.sessionID)).count
    }
  }
}
