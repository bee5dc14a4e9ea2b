import CheckoutSession

/// I3, I2 and I7: what replies of one identity say beside each other.
extension HistoryJudge {
  /// Repeated replies are identical: one generation has one outcome, and says it always in the same words.
  ///
  /// Rejections are a case of their own: a record that never gets as far as the ledger, or stands against another body under its identity, is rejected
  /// beside whatever the identity came to. So they are held against each other only where a single body explains all of them, and no replay had it
  /// looked at again: ops replays because something has changed, be it only the worker's configuration.
  mutating func judgeReplies(_ history: IdentityHistory) {
    let replies = history.replies
    guard replies.count > 1 else { return }
    let isOneRequest = history.requests.count == 1 && replies[0].at >= history.requests[0].at
    let isOneBody = isOneRequest || Self.areOneBodyUnchanged(history.requests)
    var firsts: [Entry] = []
    for reply in replies {
      guard let first = firsts.first(where: { $0.generation == reply.generation && Self.areAlike($0, reply, isOneRequest) }) else {
        firsts.append(reply)
        continue
      }
      totals.repeatedReplies += 1
      if reply.outcome == .rejected, first.outcome == .rejected, !isOneBody { continue }
      let isSame = first.code == reply.code && first.content == reply.content && first.session == reply.session
      let isSameURL = first.url == reply.url || first.url == 0 || reply.url == 0
      if !isSame || !isSameURL { find(.replyChanged, reply, other: first, session: reply.session) }
    }
  }

  /// Whether all have one body, and none of them is a replay of another.
  private static func areOneBodyUnchanged(_ requests: [Entry]) -> Bool {
    guard let first = requests.first else { return false }
    return requests.allSatisfy { $0.content == first.content && $0.code == first.code }
  }

  /// Whether the later of two replies of one generation is held against the earlier one.
  private static func areAlike(_ first: Entry, _ reply: Entry, _ isOneRequest: Bool) -> Bool {
    first.code == reply.code || isOneRequest || (first.outcome != .rejected && reply.outcome != .rejected)
  }

  /// At most one live URL, and none that is about to die.
  mutating func judgeURLs(_ history: IdentityHistory) {
    let shortest = scope.times.minimumRemainingLifetime - scope.times.publicationTolerance
    var published: [Entry] = []
    for reply in history.replies where reply.url != 0 {
      guard let expiresAt = reply.moment else { continue }
      if reply.at.millisecondsSinceEpoch >= 0, expiresAt - reply.at < shortest { find(.shortLivedURL, reply, session: reply.session) }
      guard !published.contains(where: { $0.url == reply.url }) else { continue }
      if let earlier = published.first(where: { isAlive($0, at: reply, history) }) {
        find(.twoLiveURLs, reply, other: earlier, session: reply.session)
      }
      published.append(reply)
    }
  }

  /// Whether a published URL may still have worked when another one was published: not past its end, and its session not over before that.
  private func isAlive(_ earlier: Entry, at later: Entry, _ history: IdentityHistory) -> Bool {
    // The worker waits by the ledger's clock, and the record has the time of its host.
    let uncertainty = scope.times.lifetimeUncertainty - scope.times.publicationTolerance
    guard let expiresAt = earlier.moment, expiresAt + uncertainty > later.at else { return false }
    let ends = history.events.filter { $0.session == earlier.session && $0.status?.isTerminal == true }
    guard ends.isEmpty else { return !ends.contains { min($0.at, $0.moment ?? $0.at) <= later.at } }
    // The ledger says that it is over, but not since when.
    return !history.generations.contains { $0.session == earlier.session && GenerationFlags(code: $0.code).ended?.isTerminal == true }
  }
}
