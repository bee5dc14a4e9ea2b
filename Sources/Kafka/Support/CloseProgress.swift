/// The closing of a client as its callers see it: who waits for it, which step it has reached, how it ended. Pure.
struct CloseProgress {
  /// Waits for a report until the client has closed or the caller's time is up, whichever comes first.
  struct Waiter {
    let id: UInt64
    let continuation: CheckedContinuation<CloseReport, Never>
  }

  /// When closing began; nil before.
  var startedAt: ContinuousClock.Instant?
  /// When it should have ended.
  var deadline: ContinuousClock.Instant?
  /// The step being worked on.
  var step = CloseReport.Step.drain
  /// What is known so far.
  var report = CloseReport()
  /// Whether ``report`` is final.
  var isFinished = false
  var waiters: [Waiter] = []
  /// Waiters whose time was up before they were in line.
  var expiredIDs: Set<UInt64> = []
  private var lastID: UInt64 = 0

  /// Begins, unless it has begun already; true if this began it. An earlier deadline wins.
  mutating func begin(timeout: Duration, now: ContinuousClock.Instant) -> Bool {
    defer {
      startedAt = startedAt ?? now
      deadline = min(deadline ?? now + timeout, now + timeout)
    }
    return startedAt == nil
  }

  mutating func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  /// The report as of now, naming the step that is not finished.
  func unfinishedReport(now: ContinuousClock.Instant) -> CloseReport {
    var report = report
    report.unfinishedStep = step
    report.duration = startedAt.map { now - $0 } ?? .zero
    return report
  }

  /// Makes the report final; returns it and who waits for it.
  mutating func finish(now: ContinuousClock.Instant) -> (report: CloseReport, waiters: [Waiter]) {
    report.duration = startedAt.map { now - $0 } ?? .zero
    isFinished = true
    defer { waiters = [] }
    return (report, waiters)
  }
}
