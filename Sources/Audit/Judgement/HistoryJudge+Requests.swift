import CheckoutSession

/// I1 and I5: consumed = replied + dead-lettered.
///
/// Replies name no record, only an identity; several records of one identity each get one. So they are counted against each other: per identity and echoed
/// headers there must be as many replies as records, and a record that has a dead letter must have a reply that says so. Of records that nothing else
/// tells apart, the last ones are blamed for what is missing.
extension HistoryJudge {
  mutating func judgeRequests(_ history: IdentityHistory) {
    guard !history.requests.isEmpty else {
      totals.repliesOutside += history.replies.count
      return
    }
    // Almost every identity has one record, or several that bear no headers to tell them apart.
    guard history.requests.contains(where: { $0.correlation != history.requests[0].correlation }) else {
      let correlation = history.requests[0].correlation
      return judge(history.requests.indices.map(\.self), answeredBy: history.replies.filter { $0.correlation == correlation }, of: history)
    }
    let replies = Dictionary(grouping: history.replies, by: \.correlation)
    for (correlation, group) in Dictionary(grouping: history.requests.indices, by: { history.requests[$0].correlation }) {
      judge(group, answeredBy: replies[correlation] ?? [], of: history)
    }
  }

  /// - Parameter indices: records with the same echoed headers, in order.
  private mutating func judge(_ indices: [Int], answeredBy replies: [Entry], of history: IdentityHistory) {
    var good = replies.count { $0.outcome == .created || $0.outcome == .expired }
    var bad = replies.count - good
    for index in ordered(indices, of: history) {
      let request = history.requests[index]
      let isConsumed = isConsumed(request)
      let isDeadLettered = history.isDeadLettered[index]
      let isAnswered = take(isDeadLettered: isDeadLettered, &good, &bad)
      guard isConsumed else {
        noteUnconsumed(request, isAnswered: isAnswered || isDeadLettered)
        continue
      }
      totals.consumed.count += 1
      switch (isDeadLettered, isAnswered) {
      case (true, true): totals.consumed.deadLettered += 1
      case (false, true): totals.consumed.replied += 1
      default: judgeUnanswered(request, isDeadLettered: isDeadLettered, &bad, history)
      }
    }
  }

  /// Those with a dead letter first, because it is known what their replies say; then the consumed ones, which must have theirs.
  private func ordered(_ indices: [Int], of history: IdentityHistory) -> [Int] {
    guard indices.count > 1 else { return indices }
    let isFirst = { (index: Int) in history.isDeadLettered[index] }
    return indices.filter(isFirst)
      + indices.filter { !isFirst($0) && isConsumed(history.requests[$0]) }
      + indices.filter { !isFirst($0) && !isConsumed(history.requests[$0]) }
  }

  private func isConsumed(_ request: Entry) -> Bool {
    request.place.offset < (scope.committed[Int32(truncatingIfNeeded: request.place.partition)] ?? 0)
  }

  private func take(isDeadLettered: Bool, _ good: inout Int, _ bad: inout Int) -> Bool {
    if isDeadLettered {
      bad -= 1
      return bad >= 0
    }
    good -= 1
    return good >= 0
  }

  private mutating func noteUnconsumed(_ request: Entry, isAnswered: Bool) {
    guard !isAnswered else {
      totals.answeredAhead += 1
      return
    }
    totals.waiting += 1
    totals.oldestWaiting = min(totals.oldestWaiting ?? request.at, request.at)
  }

  private mutating func judgeUnanswered(_ request: Entry, isDeadLettered: Bool, _ bad: inout Int, _ history: IdentityHistory) {
    let isDeadLetterMissing = !isDeadLettered && bad > 0
    if isDeadLetterMissing { bad -= 1 }
    guard repliesCover(request.at), !isDeadLetterMissing || scope.deadLettersFrom.map({ request.at >= $0 }) ?? true else {
      totals.consumed.outside += 1
      return
    }
    totals.consumed.unanswered += 1
    guard !isDeadLetterMissing else { return find(.deadLetterMissing, request) }
    find(isDurable(request, isDeadLettered: isDeadLettered, history) ? .replyMissing : .committedTooEarly, request)
  }

  /// Whether a reply was lost that had been decided, rather than the offset committed before there was any. Only the ledger can tell.
  private func isDurable(_ request: Entry, isDeadLettered: Bool, _ history: IdentityHistory) -> Bool {
    guard scope.hasLedger, !isDeadLettered else { return true }
    guard let present = history.present else { return mayBePruned(request.at) }
    let flags = GenerationFlags(code: present.code)
    return flags.outcome != nil && flags.isPublished
  }
}
