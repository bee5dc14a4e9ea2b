import CheckoutSession
import Creation
import Synchronization
import TestClock

/// A ledger in memory, with the semantics of `RequestLedger` and of the SQLite ledger.
final class MemoryLedger: RequestLedger, ClaimRehearsal {
  private struct Entry {
    var bodyHash: BodyHash
    var replayCount: Int
    var generation = 1
    var decisions: [Int: DecidedReply] = [:]
    /// Whether the session of the present generation is known to be over.
    var isEnded = false
  }
  private struct State {
    var rows: [RequestIdentity: Int64] = [:]
    var entries: [Entry] = []
    var published: [ClaimKey: Timestamp] = [:]
    var calls = 0
  }
  enum Operation { case claim, rehearse, renew, record, mark }

  private let state = Mutex(State())
  private let life: Life
  private let failing = Script<@Sendable (Operation, Int) -> LedgerFailure?>({ _, _ in nil })

  init(life: Life) { self.life = life }

  /// Says whether a call fails, before it does anything: gets the operation and the number of the call, from 1.
  func fail(_ failing: @escaping @Sendable (Operation, Int) -> LedgerFailure?) { self.failing.body = failing }

  var identitiesCount: Int { state.withLock { $0.entries.count } }
  var publishedCount: Int { state.withLock { $0.published.count } }
  func generation(of identity: RequestIdentity) -> Int? {
    state.withLock { state in state.rows[identity].map { state.entries[Int($0)].generation } }
  }

  /// What another worker does: decides a generation first.
  func decideElsewhere(_ identity: RequestIdentity, _ decision: DecidedReply) {
    state.withLock { state in
      guard let row = state.rows[identity] else { return }
      state.entries[Int(row)].decisions[state.entries[Int(row)].generation] = decision
    }
  }

  /// Begins the next generation as another worker would.
  func renewElsewhere(_ identity: RequestIdentity) {
    state.withLock { state in
      guard let row = state.rows[identity] else { return }
      state.entries[Int(row)].generation += 1
    }
  }

  func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    try check(.claim)
    let fate = life.fate(of: .claim(claims.map(\.identity.requestID)))
    guard fate != .dead else { throw Self.gone }
    let outcomes = state.withLock { state in claims.map { Self.claim($0, &state) } }
    guard fate == .alive else { throw Self.gone }
    return outcomes
  }

  func rehearse(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    try check(.rehearse)
    return state.withLock { state in
      let before = state
      defer { state = before }
      return claims.map { Self.claim($0, &state) }
    }
  }

  /// What the reconciliation stage does when a session is over.
  func end(_ identity: RequestIdentity, isCompleted: Bool) {
    state.withLock { state in
      guard let row = state.rows[identity] else { return }
      let generation = state.entries[Int(row)].generation
      guard var decision = state.entries[Int(row)].decisions[generation], let session = decision.session else { return }
      decision.session = nil
      if isCompleted {
        decision.completed = CompletedSession(sessionID: session.sessionID, createdAt: session.createdAt, expiresAt: session.expiresAt)
      }
      state.entries[Int(row)].decisions[generation] = decision
      state.entries[Int(row)].isEnded = true
    }
  }

  /// What housekeeping does when it believes that a URL's time is over.
  func eraseURL(_ identity: RequestIdentity) {
    state.withLock { state in
      guard let row = state.rows[identity] else { return }
      let generation = state.entries[Int(row)].generation
      guard let session = state.entries[Int(row)].decisions[generation]?.session else { return }
      state.entries[Int(row)].decisions[generation]?.session = nil
      state.entries[Int(row)].decisions[generation]?.erasedURLExpiresAt = session.expiresAt
    }
  }

  private static func claim(_ claim: RequestClaim, _ state: inout State) -> ClaimOutcome {
    guard let row = state.rows[claim.identity] else {
      state.rows[claim.identity] = Int64(state.entries.count)
      state.entries.append(Entry(bodyHash: claim.bodyHash, replayCount: claim.replayCount))
      return .new(ClaimKey(row: Int64(state.entries.count - 1), generation: 1))
    }
    var entry = state.entries[Int(row)]
    let isLaterReplay = claim.replayCount > entry.replayCount
    let decision = entry.decisions[entry.generation]
    let isOpenToReplay = isLaterReplay && decision.map { $0.outcome != .created || claim.wantsNewSession && entry.isEnded } ?? false
    guard entry.bodyHash == claim.bodyHash || isOpenToReplay && claim.replaces == entry.bodyHash else { return .conflict }
    entry.replayCount = max(entry.replayCount, claim.replayCount)
    defer { state.entries[Int(row)] = entry }
    guard let decision else { return .inDoubt(ClaimKey(row: row, generation: entry.generation)) }
    guard isOpenToReplay else { return .decided(ClaimKey(row: row, generation: entry.generation), decision) }
    entry.bodyHash = claim.bodyHash
    entry.generation += 1
    entry.isEnded = false
    return .new(ClaimKey(row: row, generation: entry.generation))
  }

  func renew(_ renewals: [GenerationRenewal], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?] {
    try check(.renew)
    let fate = life.fate(of: .renew(renewals.count))
    guard fate != .dead else { throw Self.gone }
    let renewed = state.withLock { state in
      renewals.map(\.key).map { key -> ClaimKey? in
        let entry = state.entries[Int(key.row)]
        guard entry.generation == key.generation, entry.decisions[key.generation]?.outcome == .created else { return nil }
        state.entries[Int(key.row)].generation += 1
        state.entries[Int(key.row)].isEnded = false
        state.entries[Int(key.row)].decisions[key.generation]?.session = nil
        return ClaimKey(row: key.row, generation: key.generation + 1)
      }
    }
    guard fate == .alive else { throw Self.gone }
    return renewed
  }

  func record(_ decisions: [NewDecision]) async throws(LedgerFailure) -> [RecordedDecision] {
    try check(.record)
    let fate = life.fate(of: .record(decisions.count))
    guard fate != .dead else { throw Self.gone }
    let results = state.withLock { state in
      decisions.map { new -> RecordedDecision in
        let (key, decision) = (new.key, new.reply)
        guard let stored = state.entries[Int(key.row)].decisions[key.generation] else {
          state.entries[Int(key.row)].decisions[key.generation] = decision
          return .recorded
        }
        return stored == decision ? .recorded : .superseded(stored)
      }
    }
    guard fate == .alive else { throw Self.gone }
    return results
  }

  func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) {
    try check(.mark)
    let fate = life.fate(of: .mark(keys.count))
    guard fate != .dead else { throw Self.gone }
    state.withLock { state in for key in keys { state.published[key] = at } }
    guard fate == .alive else { throw Self.gone }
  }

  private func check(_ operation: Operation) throws(LedgerFailure) {
    let number = state.withLock { state in
      state.calls += 1
      return state.calls
    }
    if let failure = failing.body(operation, number) { throw failure }
  }

  private static let gone = LedgerFailure(code: .unavailable, message: "the process is dead", isTransient: false)
}
