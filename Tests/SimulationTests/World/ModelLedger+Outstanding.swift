import CheckoutSession

// The reconcile stage's half.
extension ModelLedger {
  /// A session is overdue so long after its deadline; the living go first.
  private static let overdueAfter: Duration = .seconds(180)

  mutating func leaseDue(now: Timestamp, until: Timestamp, limit: Int) -> SessionLease {
    leases += 1
    let token = SessionLease.Token(rawValue: leases)
    // A lease of more than twice the length is one of before the clock was put back.
    for index in outstanding.indices
    where until > now && outstanding[index].lease != nil && outstanding[index].dueAt > until + (until - now) {
      outstanding[index].dueAt = now
    }
    let due = outstanding.indices.filter { outstanding[$0].dueAt <= now }.sorted { one, other in
      let (left, right) = (outstanding[one], outstanding[other])
      return (left.expiresAt, left.key.row, left.key.generation) < (right.expiresAt, right.key.row, right.key.generation)
    }
    let border = now - Self.overdueAfter
    let living = due.filter { outstanding[$0].expiresAt > border }
    let overdue = due.filter { outstanding[$0].expiresAt <= border }.prefix(limit - min(living.count, (limit + 1) / 2))
    var sessions: [OutstandingSession] = []
    for index in living.prefix(limit - overdue.count) + overdue {
      guard let session = session(outstanding[index]) else { continue }
      sessions.append(session)
      outstanding[index].dueAt = until
      outstanding[index].lease = token
    }
    return SessionLease(token: token, until: until, sessions: sessions)
  }

  private func session(_ out: Outstanding) -> OutstandingSession? {
    let row = rows[Int(out.key.row)]
    guard let session = decisions[out.key]?.reply.session else { return nil }
    return OutstandingSession(
      key: out.key, identity: row.identity, merchantTransactionID: row.merchantTransactionID, mode: row.mode, sessionID: session.sessionID,
      createdAt: session.createdAt, expiresAt: out.expiresAt, recordKey: out.recordKey, status: out.status, polls: out.polls,
      failures: out.failures,
      unpublishedEvent: out.observedAt.map { RecordedEvent(status: out.status, observedAt: $0, polls: out.polls) })
  }

  mutating func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token) -> [Bool] {
    polls.map { poll in
      guard let index = outstanding.firstIndex(where: { $0.key == poll.key }), outstanding[index].lease == token else { return false }
      if let observedAt = outstanding[index].observedAt {
        // Our own event, recorded by a call whose answer was lost, stands.
        return poll.next == .publish(observedAt: observedAt) && outstanding[index].status == poll.status
          && outstanding[index].polls == poll.polls
      }
      outstanding[index].status = poll.status
      outstanding[index].polls = poll.polls
      outstanding[index].failures = poll.failures
      switch poll.next {
      case .poll(let dueAt):
        outstanding[index].dueAt = dueAt
        outstanding[index].lease = nil
      case .publish(let observedAt): outstanding[index].observedAt = observedAt
      }
      if poll.status.isTerminal { end(poll.key, poll.status) }
      return true
    }
  }

  mutating func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) {
    for event in events {
      guard let index = outstanding.firstIndex(where: { $0.key == event.key && $0.status == event.status && $0.observedAt != nil }) else {
        continue
      }
      guard !event.status.isTerminal else {
        outstanding.remove(at: index)
        continue
      }
      outstanding[index].observedAt = nil
      guard outstanding[index].lease == token else { continue }
      outstanding[index].dueAt = event.nextPollAt ?? outstanding[index].dueAt
      outstanding[index].lease = nil
    }
  }

  mutating func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) {
    for key in keys {
      guard let index = outstanding.firstIndex(where: { $0.key == key && $0.lease == token }) else { continue }
      outstanding[index].dueAt = dueAt
      outstanding[index].lease = nil
    }
  }
}
