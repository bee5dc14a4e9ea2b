import Synchronization

/// Evaluates checks within a deadline.
///
/// A health endpoint matters most when something hangs, so it never waits for the checks longer than the deadline: the evaluation
/// runs in a task of its own, and whichever of it and the timer is first gives the answer. An evaluation that does not end even when cancelled stays
/// behind; `evaluationsMax` bounds how many do, and from then on the answer is "failing" at once.
final class HealthProbe: Sendable {
  private let evaluate: @Sendable () async -> [HealthCheck]
  private let deadline: Duration
  private let evaluationsMax: Int
  private let clock: any Clock<Duration>
  private let evaluations = Mutex(0)

  init(
    deadline: Duration, evaluationsMax: Int = 16, clock: any Clock<Duration>, evaluate: @escaping @Sendable () async -> [HealthCheck]
  ) {
    self.deadline = deadline
    self.evaluationsMax = evaluationsMax
    self.clock = clock
    self.evaluate = evaluate
  }

  func report() async -> HealthReport {
    let mayStart = evaluations.withLock { running in
      guard running < evaluationsMax else { return false }
      running += 1
      return true
    }
    guard mayStart else {
      return HealthReport(checks: [.failing("health", "\(evaluationsMax) earlier evaluations have not ended")])
    }
    let late = HealthReport(checks: [.failing("health", "no answer from the checks within \(deadline)")])
    // Only the first answer is kept: a second one comes when evaluation and timer end at the same moment.
    let (answers, continuation) = AsyncStream.makeStream(of: HealthReport.self, bufferingPolicy: .bufferingOldest(1))
    let evaluation = Task { [self] in
      continuation.yield(HealthReport(checks: await evaluate()))
      continuation.finish()
      evaluations.withLock { $0 -= 1 }
    }
    let timer = Task { [clock, deadline] in
      guard (try? await clock.sleep(for: deadline)) != nil else { return }
      continuation.yield(late)
      continuation.finish()
    }
    defer {
      evaluation.cancel()
      timer.cancel()
    }
    for await answer in answers { return answer }
    // The request was cancelled; nobody reads this.
    return late
  }
}
