import Logging

/// A commit on its way.
struct CommitInFlight {
  let commits: [OffsetTracker.Commit]
  /// When to stop believing in an answer.
  let deadline: ContinuousClock.Instant
}

/// Commits: asynchronous, at most one in flight, each with everything that is finished by then.
extension ConsumerLoop {
  static let commitRetryPause = Duration.milliseconds(500)
  static let commitAnswerMax = Duration.seconds(30)
  /// After a cooperative revocation the member joins again. A commit that arrives while the group changes its generation is refused with
  /// ILLEGAL_GENERATION, and librdkafka then gives up *all* partitions as lost, also those that were to stay. So commits wait for the
  /// assignment that ends the rebalance (it comes even when it is empty), but no longer than this.
  static let commitHoldMax = Duration.seconds(10)

  /// Without a group there is nowhere to commit to.
  var commitsOffsets: Bool { configuration.groupID != nil }

  /// Starts a commit if something is to be committed, none is in flight, and the last one has not just failed.
  func progressCommit() {
    if let current = commitInFlight, now >= current.deadline {
      finishCommit(error: KafkaError(code: .timedOut, message: "no answer to a commit"), places: [])
    }
    if let retryAt = commitRetryAt, now >= retryAt { commitRetryAt = nil }
    if let heldUntil = commitHeldUntil, now >= heldUntil || shared.closing.window != nil { commitHeldUntil = nil }
    guard commitsOffsets, commitInFlight == nil, commitRetryAt == nil, commitHeldUntil == nil, leaveDeadline == nil else { return }
    let commits = shared.withState { $0.tracker.commits() }
    guard !commits.isEmpty else { return }
    commitInFlight = CommitInFlight(commits: commits, deadline: now + Self.commitAnswerMax)
    if let error = bridge.commit(commits.map { PartitionOffset($0.partition, offset: $0.offset) }) {
      finishCommit(error: error, places: [])
    }
  }

  /// The group has moved on without us: trying again cannot help before we have joined again, for which a revocation must end.
  /// (Kafka's brokers accept commits while a group prepares to rebalance; the mock cluster and noida-db refuse them.)
  private static func isHopeless(_ error: KafkaError) -> Bool {
    ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS", "FENCED_INSTANCE_ID"].contains(error.code.rawValue)
  }

  /// A commit's result. Epochs that ended meanwhile are not touched.
  func finishCommit(error: KafkaError?, places: [(place: PartitionOffset, error: KafkaError?)]) {
    guard let current = commitInFlight else { return }
    commitInFlight = nil
    let failure = error ?? places.lazy.compactMap(\.error).first
    let failed = Set(places.filter { $0.error != nil }.map(\.place.partition))
    shared.withState { state in
      for commit in current.commits where error == nil && !failed.contains(commit.partition) { state.tracker.confirm(commit) }
      if failure == nil { state.health.commitsCount += 1 } else { state.health.commitErrorsCount += 1 }
    }
    shared.closing.note { $0.commitError = failure }
    metrics.committed(isError: failure != nil)
    guard let failure else { return noteReachable() }
    commitRetryAt = now + Self.commitRetryPause
    if Self.isHopeless(failure) { revocation?.commitDeadline = now }
    note(failure)
  }
}
