import CheckoutSession
import Reconciliation
import Synchronization
import TestClock

/// A ledger in memory, with the semantics of `OutstandingLedger` and of the SQLite ledger.
final class MemoryLedger: OutstandingLedger {
  private struct Row {
    var session: OutstandingSession
    var dueAt: Timestamp
    var lease: SessionLease.Token?
  }
  private struct State {
    var rows: [ClaimKey: Row] = [:]
    var ended: [ClaimKey: SessionStatus] = [:]
    var leases: Int64 = 0
    var calls = 0
    var leased: [[OutstandingSession]] = []
    var history: [ClaimKey: [SessionStatus]] = [:]
  }
  /// From so long after its deadline on a session waits behind the others.
  private static let overdueAfter: Duration = .seconds(120)
  enum Operation { case lease, record, mark, release, count }

  private let state = Mutex(State())
  private let life: Life
  private let failing = Script<@Sendable (Operation, Int) -> LedgerFailure?>({ _, _ in nil })

  init(life: Life) { self.life = life }

  /// Says whether a call fails, before it does anything: gets the operation and the number of the call, from 1.
  func fail(_ failing: @escaping @Sendable (Operation, Int) -> LedgerFailure?) { self.failing.body = failing }

  func insert(_ session: OutstandingSession, dueAt: Timestamp) {
    state.withLock { state in
      state.rows[session.key] = Row(session: session, dueAt: dueAt)
      state.history[session.key] = [session.status]
    }
  }

  /// The outstanding sessions, by key.
  var sessions: [OutstandingSession] { state.withLock { $0.rows.values.map(\.session) } }
  var count: Int { state.withLock { $0.rows.count } }
  var leasedCount: Int { state.withLock { $0.rows.values.count { $0.lease != nil } } }
  /// How sessions ended whose event is out.
  var ended: [ClaimKey: SessionStatus] { state.withLock { $0.ended } }
  /// Each lease's sessions, in the order of leases.
  var leases: [[OutstandingSession]] { state.withLock { $0.leased } }
  /// The statuses that each session had, in order.
  var history: [ClaimKey: [SessionStatus]] { state.withLock { $0.history } }
  func session(_ key: ClaimKey) -> OutstandingSession? { state.withLock { $0.rows[key]?.session } }
  func dueAt(_ key: ClaimKey) -> Timestamp? { state.withLock { $0.rows[key]?.dueAt } }

  /// Has another reconciler end a session.
  func endElsewhere(_ key: ClaimKey) { state.withLock { $0.rows[key] = nil } }

  /// Makes a session due now that nobody has leased.
  func makeDue(_ key: ClaimKey) {
    state.withLock { state in
      if state.rows[key]?.lease == nil { state.rows[key]?.dueAt = Timestamp(millisecondsSinceEpoch: 0) }
    }
  }

  /// Lets a lease pass to another reconciler.
  func steal(_ key: ClaimKey, until: Timestamp) {
    state.withLock { state in
      state.leases += 1
      state.rows[key]?.lease = SessionLease.Token(rawValue: state.leases)
      state.rows[key]?.dueAt = until
    }
  }

  func leaseDue(now: Timestamp, until: Timestamp, limit: Int) async throws(LedgerFailure) -> SessionLease {
    try check(.lease)
    let lease = state.withLock { state -> SessionLease in
      state.leases += 1
      let token = SessionLease.Token(rawValue: state.leases)
      let all = state.rows.values.filter { $0.dueAt <= now }.map(\.session).sorted {
        ($0.expiresAt, $0.key.row) < ($1.expiresAt, $1.key.row)
      }
      // Half of the places at least are for those that are not long overdue, if there are so many.
      let overdue = all.prefix { $0.expiresAt <= now - Self.overdueAfter }
      let living = all.dropFirst(overdue.count)
      let livingCount = min(living.count, max(limit - overdue.count, (limit + 1) / 2))
      let due = overdue.prefix(limit - livingCount) + living.prefix(livingCount)
      for session in due {
        state.rows[session.key]?.lease = token
        state.rows[session.key]?.dueAt = until
      }
      if !due.isEmpty { state.leased.append(Array(due)) }
      return SessionLease(token: token, until: until, sessions: Array(due))
    }
    // A lease of nothing does nothing.
    guard !lease.sessions.isEmpty else { return lease }
    guard life.fate(of: .lease(lease.sessions.count)) == .alive else { throw Self.gone }
    return lease
  }

  func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp) async throws(LedgerFailure) -> [Bool] {
    try check(.record)
    let fate = life.fate(of: .record(polls.count))
    guard fate != .dead else { throw Self.gone }
    let results = state.withLock { state in polls.map { Self.record($0, token, &state) } }
    guard fate == .alive else { throw Self.gone }
    return results
  }

  private static func record(_ poll: PollRecord, _ token: SessionLease.Token, _ state: inout State) -> Bool {
    guard var row = state.rows[poll.key], row.lease == token, row.session.unpublishedEvent == nil else { return false }
    if row.session.status != poll.status { state.history[poll.key, default: []].append(poll.status) }
    row.session.status = poll.status
    row.session.polls = poll.polls
    row.session.failures = poll.failures
    switch poll.next {
    case .poll(let dueAt):
      row.dueAt = dueAt
      row.lease = nil
    case .publish(let observedAt):
      row.session.unpublishedEvent = RecordedEvent(status: poll.status, observedAt: observedAt, polls: poll.polls)
    }
    state.rows[poll.key] = row
    return true
  }

  func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) async throws(LedgerFailure) {
    try check(.mark)
    let fate = life.fate(of: .mark(events.count))
    guard fate != .dead else { throw Self.gone }
    state.withLock { state in
      for event in events {
        guard var row = state.rows[event.key], row.session.unpublishedEvent?.status == event.status else { continue }
        guard !event.status.isTerminal else {
          state.rows[event.key] = nil
          state.ended[event.key] = event.status
          continue
        }
        row.session.unpublishedEvent = nil
        if row.lease == token {
          row.dueAt = event.nextPollAt ?? row.dueAt
          row.lease = nil
        }
        state.rows[event.key] = row
      }
    }
    guard fate == .alive else { throw Self.gone }
  }

  func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) async throws(LedgerFailure) {
    try check(.release)
    let fate = life.fate(of: .release(keys.count))
    guard fate != .dead else { throw Self.gone }
    state.withLock { state in
      for key in keys where state.rows[key]?.lease == token {
        state.rows[key]?.dueAt = dueAt
        state.rows[key]?.lease = nil
      }
    }
    guard fate == .alive else { throw Self.gone }
  }

  func outstandingCounts(now: Timestamp) async throws(LedgerFailure) -> OutstandingCounts {
    try check(.count)
    return state.withLock { state in
      OutstandingCounts(
        outstanding: state.rows.count, due: state.rows.values.count { $0.dueAt <= now },
        unresolved: state.rows.values.count { $0.session.status == .unresolved }, nextDueAt: state.rows.values.map(\.dueAt).min())
    }
  }

  func unsettledCount(of merchantIDs: [String], except keys: [ClaimKey], max: Int) async throws(LedgerFailure) -> Int {
    try check(.count)
    return state.withLock { state in
      min(
        max,
        state.rows.values.count {
          merchantIDs.contains($0.session.identity.merchantID) && !keys.contains($0.session.key)
            && !($0.session.status == .unresolved && $0.session.unpublishedEvent == nil)
        })
    }
  }

  private func check(_ operation: Operation) throws(LedgerFailure) {
    if life.isDead { throw Self.gone }
    let number = state.withLock { state in
      state.calls += 1
      return state.calls
    }
    if let failure = failing.body(operation, number) { throw failure }
  }

  static let gone = LedgerFailure(code: .unavailable, message: "the process is dead", isTransient: false)
  static let busy = LedgerFailure(code: .busy, message: "locked", isTransient: true)
}
