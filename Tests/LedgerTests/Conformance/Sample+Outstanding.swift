import CheckoutSession
import Ledger
import Testing

extension Sample {
  /// When a lease of ``LedgerStore/lease(at:limit:)`` ends.
  static let leaseEnd = now + .seconds(60)

  /// A process that sends.
  static func member(_ id: Int64, _ lane: QuotaMember.Lane = .creation, demand: Double = 1, pausedUntil: Timestamp? = nil) -> QuotaMember {
    QuotaMember(id: id, lane: lane, demand: demand, granted: 0, grantedUntil: now, pausedUntil: pausedUntil)
  }
}

extension LedgerStore {
  /// Claims a request, decides it as created and has it watched.
  @discardableResult
  func watch(
    _ requestID: String, merchant: String = "merchant-1", createdAt: Timestamp = Sample.now, firstPollAt: Timestamp = Sample.now,
    recordKey: [UInt8]? = nil, published: Bool = true
  ) async throws -> ClaimKey {
    let key = try await claimNew(Sample.claim(requestID, merchant: merchant), at: createdAt)
    let decision = NewDecision(
      key: key, reply: try Sample.created(at: createdAt), watch: SessionWatch(recordKey: recordKey, firstPollAt: firstPollAt))
    #expect(try await record([decision]) == [.recorded])
    if published { try await markPublished([key], at: createdAt) }
    return key
  }

  /// Leases what is due for a minute.
  func lease(at: Timestamp = Sample.now, limit: Int = 1000) async throws -> SessionLease {
    try await leaseDue(now: at, until: at + .seconds(60), limit: limit)
  }

  /// The outstanding sessions in numbers.
  func outstanding(now: Timestamp = Sample.now) async throws -> OutstandingStatistics {
    try #require(try await statistics(now: now).outstanding)
  }

  /// Polls one session to its end, and tells.
  func end(_ key: ClaimKey, _ status: SessionStatus, at: Timestamp = Sample.now) async throws {
    let lease = try await lease(at: at)
    #expect(try await recordPolls([.end(key, status, at: at)], under: lease.token, at: at) == [true])
    try await markPublished([PublishedEvent(key: key, status: status, nextPollAt: nil)], under: lease.token)
    try await release(lease.sessions.map(\.key), under: lease.token, dueAt: at)
  }
}

extension PollRecord {
  /// A poll that says how the session ended.
  static func end(_ key: ClaimKey, _ status: SessionStatus, at: Timestamp = Sample.now) -> PollRecord {
    PollRecord(key: key, status: status, polls: 1, failures: 0, next: .publish(observedAt: at))
  }

  /// A poll that changes nothing but when the session is due.
  static func poll(_ key: ClaimKey, _ status: SessionStatus = .accepted, polls: Int = 1, failures: Int = 0, due: Timestamp) -> PollRecord {
    PollRecord(key: key, status: status, polls: polls, failures: failures, next: .poll(at: due))
  }
}
