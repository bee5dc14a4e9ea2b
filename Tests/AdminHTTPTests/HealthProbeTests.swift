import Synchronization
import Testing

@testable import AdminHTTP

@Suite(.timeLimit(.minutes(1))) struct HealthProbeTests {
  /// A clock whose every wait is over at once: what races with it is late.
  private struct ImpatientClock: Clock {
    typealias Instant = ContinuousClock.Instant
    var now: Instant { .now }
    var minimumResolution: Duration { .zero }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
  }

  /// A clock whose waits end only by cancellation.
  private struct PatientClock: Clock {
    typealias Instant = ContinuousClock.Instant
    var now: Instant { .now }
    var minimumResolution: Duration { .zero }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws { try await ContinuousClock().sleep(for: .seconds(86_400)) }
  }

  @Test func answersWithTheChecks() async {
    let probe = HealthProbe(deadline: .seconds(1), clock: PatientClock()) { [.ok("a"), .failing("b", "r")] }
    for _ in 0..<40 { #expect(await probe.report() == HealthReport(checks: [.ok("a"), .failing("b", "r")])) }
  }

  @Test func checksThatHangAreFailingAndBounded() async {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let hung = Hang(gate)
    let probe = HealthProbe(deadline: .seconds(2), evaluationsMax: 2, clock: ImpatientClock()) {
      await hung.wait()
      return []
    }
    for _ in 0..<2 {
      #expect(await probe.report() == HealthReport(checks: [.failing("health", "no answer from the checks within 2.0 seconds")]))
    }
    #expect(await probe.report() == HealthReport(checks: [.failing("health", "2 earlier evaluations have not ended")]))
    open.finish()
  }

  /// Waits in a way that does not heed cancellation.
  private struct Hang: Sendable {
    let ended: Task<Void, Never>

    init(_ gate: AsyncStream<Void>) {
      ended = Task { for await _ in gate {} }
    }

    func wait() async { await ended.value }
  }
}
