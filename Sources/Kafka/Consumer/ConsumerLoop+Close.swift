/// Closing: wait for records in flight, commit, leave the group, each with its share of the time; then end the thread.
extension ConsumerLoop {
  /// When the steps of closing are to be over: half of the time for records in flight, a quarter for the commit, the rest for leaving.
  private var schedule: (drain: ContinuousClock.Instant, commit: ContinuousClock.Instant, leave: ContinuousClock.Instant)? {
    guard let (start, deadline) = shared.closing.window else { return nil }
    let total = deadline - start
    return (start + total * 0.5, start + total * 0.75, start + total * 0.9)
  }

  var closingDeadlines: [ContinuousClock.Instant] {
    schedule.map { [$0.drain, $0.commit, $0.leave] } ?? []
  }

  /// Moves closing on; false when the loop is to end.
  func progressClosing() -> Bool {
    guard let schedule else { return true }
    if leaveDeadline != nil { return !hasLeft }
    let (unfinished, isWorthWaiting) = shared.withState { ($0.tracker.unfinishedCount, $0.closingWaitsForRecords) }
    if unfinished > 0, isWorthWaiting, now < schedule.drain { return true }
    enter(.commit)
    let hasUncommitted = commitsOffsets && shared.withState { !$0.tracker.commits().isEmpty }
    if hasUncommitted || commitInFlight != nil, now < schedule.commit { return true }
    leave(until: schedule.leave, abandoned: unfinished, wasCommitted: !hasUncommitted)
    return true
  }

  private func leave(until deadline: ContinuousClock.Instant, abandoned: Int, wasCommitted: Bool) {
    enter(.leave)
    leaveDeadline = deadline
    shared.closing.note { report in
      report.recordsAbandonedCount = abandoned
      guard !wasCommitted else { return report.commitError = nil }  // an earlier failure was made good, or has become moot
      report.commitError = report.commitError ?? KafkaError(code: .timedOut, message: "the last commit was not answered in time")
    }
    if let current = revocation { revoke(current.places) }  // nobody waits for it any more
    if let error = bridge.startLeaving() { note(error) }
  }

  private var hasLeft: Bool {
    guard !bridge.hasLeft, let deadline = leaveDeadline, now < deadline else {
      if !bridge.hasLeft { shared.closing.note { $0.unfinishedStep = .leave } }
      enter(.destroy)
      return true
    }
    return false
  }

  private func enter(_ step: CloseReport.Step) { shared.closing.enter(step) }
}
