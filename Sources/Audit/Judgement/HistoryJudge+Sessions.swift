import CheckoutSession

/// I4: every created and published session gets exactly one terminal event; created = ended + outstanding.
extension HistoryJudge {
  /// What is known of one session.
  private struct Known {
    /// Its first reply; nil if nobody was told of it.
    var reply: Entry?
    /// What the ledger holds of it.
    var generation: Entry?
  }

  mutating func judgeSessions(_ history: IdentityHistory) {
    // Almost every identity has one session.
    var sessions: [Entry.Session: Known] = [:]
    for reply in history.replies {
      guard let session = reply.session, sessions[session]?.reply == nil else { continue }
      sessions[session, default: Known()].reply = reply
    }
    for generation in history.generations {
      guard let session = generation.session else { continue }
      sessions[session, default: Known()].generation = generation
    }
    for event in history.events {
      guard let session = event.session, sessions[session] == nil else { continue }
      sessions[session] = Known()
    }
    for (session, known) in sessions.sorted(by: { $0.key < $1.key }) {
      let events = history.events.filter { $0.session == session }
      judgeEvents(events)
      if let reply = known.reply {
        judgeEnd(of: reply, events, known.generation)
      } else if let generation = known.generation {
        if wasNeverPublished(generation) { totals.neverPublished += 1 }
      } else if let event = events.first {
        judgeUnknown(event, history)
      }
    }
  }

  /// Of a session without a reply in the topics: whether nobody was told of it. A reply that the ledger has as published was lost from its topic, or removed
  /// when it was old enough; of earlier generations the ledger does not say whether they were published.
  private func wasNeverPublished(_ generation: Entry) -> Bool {
    let flags = GenerationFlags(code: generation.code)
    return !(flags.isPresent && flags.isPublished) && generation.moment.map(repliesCover) ?? true
  }

  /// Nothing but a repetition follows the terminal event.
  private mutating func judgeEvents(_ events: [Entry]) {
    var seen: Set<Int64> = []
    var end: Entry?
    for event in events {
      let isRepeated = !seen.insert(event.code).inserted
      if isRepeated { totals.repeatedEvents += 1 }
      guard event.status?.isTerminal == true else { continue }
      guard let known = end else {
        end = event
        continue
      }
      guard event.code != known.code, !isRepeated else { continue }
      let (first, second) = known.isAfter(event) ? (event, known) : (known, event)
      find(.secondEnd, second, other: first, session: event.session)
    }
    guard let end else { return }
    var told: Set<Int64> = []
    for event in events where event.status?.isTerminal == false && event.isAfter(end) && told.insert(event.code).inserted {
      // One that stood there before the end is a repetition, which a crash may bring at any time, and which its readers can drop.
      guard !events.contains(where: { $0.code == event.code && end.isAfter($0) }) else { continue }
      find(.eventAfterEnd, event, other: end, session: event.session)
    }
  }

  private mutating func judgeEnd(of reply: Entry, _ events: [Entry], _ generation: Entry?) {
    totals.created.count += 1
    guard !events.contains(where: { $0.status?.isTerminal == true }) else {
      totals.created.ended += 1
      return
    }
    let flags = generation.map { GenerationFlags(code: $0.code) }
    guard scope.eventsFrom.map({ reply.at >= $0 }) ?? true else {
      totals.created.outside += 1
      return
    }
    let isUnresolved = events.contains { $0.status == .unresolved }
    guard isOutstanding(reply, flags, isUnresolved: isUnresolved) else {
      totals.created.withoutEnd += 1
      return find(.endMissing, reply, session: reply.session)
    }
    totals.created.outstanding += 1
    if isUnresolved { totals.unresolved += 1 }
    if isPastEnd(reply, scope.times.endGrace) { totals.overdue += 1 }
  }

  /// The ledger knows which sessions are still asked about; without its word a session has until its end and a grace.
  private func isOutstanding(_ reply: Entry, _ flags: GenerationFlags?, isUnresolved: Bool) -> Bool {
    if let flags {
      // The ledger was read before the topics: what it has as told is in the topic by now.
      guard flags.isOutstanding else { return flags.outcome == nil }
      return isUnresolved || !isPastEnd(reply, scope.times.endGrace + scope.times.unresolvedAfter)
    }
    return isUnresolved || !isPastEnd(reply, scope.times.endGrace)
  }

  private func isPastEnd(_ reply: Entry, _ grace: Duration) -> Bool {
    reply.moment.map { $0 + grace < scope.startedAt } ?? false
  }

  /// Events come from the ledger's sessions, and one may be told of before its reply is out. So only the ledger can say that there never was such a session.
  private mutating func judgeUnknown(_ event: Entry, _ history: IdentityHistory) {
    guard scope.hasLedger, let createdAt = event.createdAt, repliesCover(createdAt), event.at < scope.startedAt,
      !mayBePruned(history.events.last?.at ?? event.at)
    else { return }
    find(.eventWithoutSession, event, session: event.session)
  }
}
