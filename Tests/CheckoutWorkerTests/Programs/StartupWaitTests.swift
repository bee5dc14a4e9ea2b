import CheckoutSession
import Logging
import Synchronization
import TestClock
import Testing

@testable import CheckoutWorker

@Suite struct StartupWaitTests {
  private static let unreachable = GatewayFailure(.transient, .connectFailed, title: "t", detail: "refused")
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test func itTriesAgainUntilThePartIsThere() async throws {
    let clock = ManualClock()
    let wait = StartupWait(logger: Self.quiet, givesUpAfter: nil, clock: clock)
    let attempts = Atomic<Int>(0)
    async let part = wait.retrying("gateway", at: "place") { () async throws -> Int in
      let attempt = attempts.add(1, ordering: .relaxed).newValue
      guard attempt > 5 else { throw Self.unreachable }
      return attempt
    }
    for _ in 1...5 {
      await clock.sleepers(atLeast: 1)
      clock.advanceToNextSleeper()
    }
    #expect(try await part == 6)
    // 0.5 + 1 + 2 + 4 + 8 seconds.
    #expect(clock.now.offset == .milliseconds(15_500))
  }

  @Test func aBatchJobGivesUpInTheEnd() async {
    let clock = ManualClock()
    let wait = StartupWait(logger: Self.quiet, givesUpAfter: .seconds(3), clock: clock)
    let part = Task { () async throws -> Int in try await wait.retrying("gateway", at: "place") { throw Self.unreachable } }
    for _ in 1...2 {
      await clock.sleepers(atLeast: 1)
      clock.advanceToNextSleeper()
    }
    await #expect(throws: GatewayFailure.self) { try await part.value }
    #expect(PartFailure.exitStatus(for: Self.unreachable) == .tryAgainLater)
  }

  @Test func aBatchJobDoesNotWaitForWhatOnlyAPersonCanMend() async {
    let refused = GatewayFailure(.configuration, .unauthorized, title: "t", detail: "d")
    let wait = StartupWait(logger: Self.quiet, givesUpAfter: .seconds(60), clock: ManualClock())
    await #expect(throws: refused) { () async throws -> Void in try await wait.retrying("gateway", at: "place") { throw refused } }
    #expect(PartFailure.exitStatus(for: refused) == .refused)
  }

  @Test func whatTimeDoesNotMendIsThrownAtOnce() async {
    let wait = StartupWait(logger: Self.quiet, givesUpAfter: nil, clock: ManualClock())
    let broken = LedgerFailure(code: .corrupt, message: "no ledger", isTransient: false)
    await #expect(throws: broken) { () async throws -> Void in try await wait.retrying("ledger", at: "place") { throw broken } }
  }

  @Test func beingAskedToEndEndsTheWait() async {
    let clock = ManualClock()
    let wait = StartupWait(logger: Self.quiet, givesUpAfter: nil, clock: clock)
    let part = Task { () async throws -> Int in try await wait.retrying("gateway", at: "place") { throw Self.unreachable } }
    await clock.sleepers(atLeast: 1)
    wait.cancel()
    await #expect(throws: CancellationError.self) { try await part.value }
    await #expect(throws: CancellationError.self) { try await wait.retrying("gateway", at: "place") { 1 } }
  }
}
