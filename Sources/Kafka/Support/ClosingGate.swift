import Synchronization

/// Closing with a watchdog: a thread of our own does the work, and callers wait for it only as long as they said they would.
final class ClosingGate: Sendable {
  private let progress = Mutex(CloseProgress())

  /// Begins closing; true if it had not begun before.
  func begin(timeout: Duration) -> Bool { progress.withLock { $0.begin(timeout: timeout, now: .now) } }

  /// When closing began and when it should have ended; nil before it began.
  var window: (start: ContinuousClock.Instant, deadline: ContinuousClock.Instant)? {
    progress.withLock { progress in
      guard let start = progress.startedAt, let deadline = progress.deadline else { return nil }
      return (start, deadline)
    }
  }

  /// The working thread has come to this step.
  func enter(_ step: CloseReport.Step) { progress.withLock { $0.step = step } }

  /// The working thread learned something for the report.
  func note(_ change: (inout CloseReport) -> Void) { progress.withLock { change(&$0.report) } }

  /// The working thread has ended.
  func finish() {
    let (report, waiters) = progress.withLock { $0.finish(now: .now) }
    for waiter in waiters { waiter.continuation.resume(returning: report) }
  }

  /// Waits for the end, or until `timeout` is over.
  func wait(timeout: Duration) async -> CloseReport {
    let id = progress.withLock { $0.nextID() }
    let watchdog = Task {
      try? await ContinuousClock().sleep(for: timeout)
      if !Task.isCancelled { giveUp(id) }
    }
    defer { watchdog.cancel() }
    return await withCheckedContinuation { continuation in
      let report: CloseReport? = progress.withLock { progress in
        if progress.isFinished { return progress.report }
        if progress.expiredIDs.contains(id) { return progress.unfinishedReport(now: .now) }
        progress.waiters.append(CloseProgress.Waiter(id: id, continuation: continuation))
        return nil
      }
      if let report { continuation.resume(returning: report) }
    }
  }

  /// The watchdog's bite. It may come before the waiter is in line: then it leaves a note that the waiter finds under the same lock.
  private func giveUp(_ id: UInt64) {
    let (waiter, report) = progress.withLock { progress in
      let index = progress.waiters.firstIndex { $0.id == id }
      if index == nil { progress.expiredIDs.insert(id) }
      return (index.map { progress.waiters.remove(at: $0) }, progress.unfinishedReport(now: .now))
    }
    waiter?.continuation.resume(returning: report)
  }
}
