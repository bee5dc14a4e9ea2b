import Logging

/// Rebalances, as events rather than callbacks: librdkafka waits for our answer (assign or unassign) while this thread goes on serving
/// finished records, commits and the partitions that stay. So a revocation can wait for records in flight without blocking anything.
///
/// The race that fencing is about: a member that was thrown out of the group does not know it yet and commits an offset that the new
/// owner has already gone past or has not reached. On *revoked* we are asked first: hand out no more, wait for what is in flight, commit,
/// then let go. On *lost* the partition is somebody else's already: nothing may be committed, whatever finishes later.
extension ConsumerLoop {
  func assign(_ places: [PartitionOffset]) {
    noteReachable()
    isRejoining = false
    commitHeldUntil = nil
    let partitions = places.map(\.partition)
    discard(partitions)
    stop.forget(partitions)
    shared.withState { state in
      state.tracker.assign(partitions)
      state.health.hasBeenAssigned = true
    }
    finishRebalance()
    if let error = bridge.assign(places, incrementally: bridge.isCooperative) { note(error) }
    announce(.assigned, partitions)
  }

  func revoke(_ places: [PartitionOffset]) {
    let partitions = places.map(\.partition)
    discard(partitions)
    let new = Revocation(places: places, isCooperative: bridge.isCooperative, deadline: now + configuration.revocationTimeout)
    guard !bridge.isAssignmentLost else { return letGo(new, .lost) }
    guard leaveDeadline == nil else { return letGo(new, .revoked) }  // closing has waited and committed already
    let now = now
    shared.withState { state in
      state.tracker.revoke(partitions)
      state.health.revokingSince = now
    }
    announce(.revoking, partitions)
    revocation = new
  }

  /// Moves a revocation on: in flight → finished or out of time → committed or out of time → let go.
  func progressRevocation() {
    guard var current = revocation else { return }
    if bridge.isAssignmentLost { return letGo(current, .lost) }
    let partitions = current.partitions
    if current.commitDeadline == nil {
      let inFlight = shared.withState { $0.tracker.unfinishedCount(of: partitions) }
      guard inFlight == 0 || now >= current.deadline else { return }
      current.commitDeadline = now + configuration.commitTimeout
      revocation = current
      commitRetryAt = nil
      commitHeldUntil = nil
    }
    let hasUncommitted = commitsOffsets && shared.withState { !$0.tracker.commits(of: Set(partitions)).isEmpty }
    guard !hasUncommitted || now >= current.nextDeadline else { return }
    letGo(current, .revoked)
  }

  private func letGo(_ current: Revocation, _ kind: PartitionEvent.Kind) {
    revocation = nil
    isRejoining = true
    if kind == .revoked, current.isCooperative { commitHeldUntil = now + Self.commitHoldMax }
    let partitions = current.partitions
    let abandoned = shared.withState { state in
      state.health.revokingSince = nil
      return state.tracker.fence(partitions)
    }
    discard(partitions)
    stop.forget(partitions)
    finishRebalance()
    // Before the group hears of it: who shares something out by partitions (the gateway's quota) must have let go of its part by then.
    announce(kind, partitions)
    if let error = bridge.unassign(current.places, incrementally: current.isCooperative) { note(error) }
    if abandoned > 0 {
      logger.warning(
        "partitions went away with records in flight; they will be read again",
        metadata: ["records": "\(abandoned)", "reason": "\(kind.rawValue)", "partitions": "\(partitions.map(\.description).sorted())"])
    }
  }

  /// Forgets what is collected of partitions: it belongs to an assignment that is over, or about to be.
  private func discard(_ partitions: [TopicPartition]) {
    bridge.discard(partitions)
    endsMet.removeAll { partitions.contains($0.partition) }
  }

  private func finishRebalance() {
    metrics.rebalanced()
    shared.withState { state in
      state.health.rebalancesCount += 1
      state.health.assignedPartitions = state.tracker.partitions.keys.sorted()
    }
  }

  private func announce(_ kind: PartitionEvent.Kind, _ partitions: [TopicPartition]) {
    logger.info("rebalance", metadata: ["event": "\(kind.rawValue)", "partitions": "\(partitions.map(\.description).sorted())"])
    configuration.onPartitionEvent?(PartitionEvent(kind: kind, partitions: partitions))
  }
}
