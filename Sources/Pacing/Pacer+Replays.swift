import DequeModule

/// How little the replay lane may take.
///
/// There are two shares of one start in ``replayTurn``: of all starts, and of those of a merchant with a quota of its own. The first one alone would not do: the
/// starts of busy merchants earn a turn many times between two tokens of a slow one, and its replays would take every one of them.
extension Pacer {
  /// While both lanes wait, one start in so many is a replay's.
  @inlinable public static var replayTurn: Int { 16 }

  /// The next queue of the replay lane that may be able to start something.
  @inlinable
  mutating func nextReplays(now: Duration) -> Int? {
    if !replays.starved.isEmpty, retryBudget.nextDue(now: now) <= now, let queue = replays.starved.popFirst() {
      place(queue, in: .rotation)
    }
    return replays.rotation.popFirst()
  }

  /// Whether a merchant's replays have to leave its next start to its ordinary requests.
  ///
  /// Only its own quota is shared like that: without one nothing that its replays take is missed by the others of the same merchant more than by anybody's.
  /// Nothing is idle for it: whoever yields needs a token of the same bucket as the queue that goes first, which is served or waits for just that token. One that
  /// has nothing but retries, and found the retry budget empty, is not waited for.
  @inlinable
  func mustYield(_ merchant: Int) -> Bool {
    guard queues[buckets.count + merchant].startsBeforeReplay < Self.replayTurn - 1 else { return false }
    switch queues[merchant].place {
    case .rotation, .blocked: return !configuration.merchantQuotas[merchant].isUnlimited
    case .idle, .starved, .yielding: return false
    }
  }

  /// Puts a merchant's replays back where they are served if they need yield no more.
  ///
  /// What they yield to ends only with a turn of the merchant's ordinary queue (which starts, becomes empty or starved) or with a removal, and both come here
  /// or start the rotation anew: no queue stays behind.
  @inlinable
  mutating func endYield(_ merchant: Int) {
    let queue = buckets.count + merchant
    guard queues[queue].place == .yielding, !mustYield(merchant) else { return }
    place(queue, in: .rotation)
  }

  /// Counts a start in the replay lane.
  @inlinable
  mutating func replayStarted(_ merchant: Int) {
    startsBeforeReplay = 0
    queues[buckets.count + merchant].startsBeforeReplay = 0
  }

  /// Counts another start while replays wait, of this merchant or of others. The queue it came from is in its new place already.
  @inlinable
  mutating func otherStarted(_ merchant: Int) {
    startsBeforeReplay += 1
    let queue = buckets.count + merchant
    guard !queues[queue].isEmpty else { return }
    queues[queue].startsBeforeReplay += 1
    endYield(merchant)
  }
}
