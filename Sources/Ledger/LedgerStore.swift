import CheckoutSession

/// What every ledger can do, whatever it is stored in (`design/architecture.md`, "Order of writes"): the subject of the conformance suite.
///
/// Each call is one transaction: it happens whole or not at all. A task that is cancelled before it asks gets ``LedgerFailure/Code/cancelled`` from
/// ``claim(_:at:)``, ``renew(_:at:)`` and ``leaseDue(now:until:limit:)``; the calls that write down what has happened go ahead nevertheless.
/// What each means in detail stands at ``SQLiteLedger``, and holds for all.
public protocol LedgerStore: ReplayStore {
  /// The time of day that all processes over this ledger agree on: the host's for a file, the server's for a database. What is compared between
  /// processes (leases, grants) goes by it.
  var clock: WallClock { get }

  /// Claims requests; an outcome for each, in order. The second claim of an identity in one call sees what the first one did.
  func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome]
  /// Begins new generations; nil where the generation is no longer the key's.
  func renew(_ renewals: [GenerationRenewal], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?]
  /// Records decisions durably, each only while its generation is undecided.
  func record(_ decisions: [NewDecision]) async throws(LedgerFailure) -> [RecordedDecision]
  /// Notes that the replies of these generations are published.
  func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure)

  /// Leases sessions that are due and that nobody else has leased.
  func leaseDue(now: Timestamp, until: Timestamp, limit: Int) async throws(LedgerFailure) -> SessionLease
  /// Records what polls changed; false where the lease has passed to somebody else.
  func recordPolls(_ polls: [PollRecord], under token: SessionLease.Token, at: Timestamp) async throws(LedgerFailure) -> [Bool]
  /// Notes that recorded events are published.
  func markPublished(_ events: [PublishedEvent], under token: SessionLease.Token) async throws(LedgerFailure)
  /// Gives sessions back without having polled them.
  func release(_ keys: [ClaimKey], under token: SessionLease.Token, dueAt: Timestamp) async throws(LedgerFailure)
  /// The outstanding sessions in numbers.
  func outstandingCounts(now: Timestamp) async throws(LedgerFailure) -> OutstandingCounts
  /// How many outstanding sessions of these merchants are still to be settled, counted up to `max`.
  func unsettledCount(of merchantIDs: [String], except keys: [ClaimKey], max: Int) async throws(LedgerFailure) -> Int

  /// Grants a process a fraction of the gateway's quota until a moment, in place of the one it had.
  func quotaGrant(
    for member: QuotaMember, now: Timestamp, until: Timestamp,
    decide: @escaping @Sendable (_ me: QuotaMember, _ others: [QuotaMember]) -> Double
  ) async throws(LedgerFailure) -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?)
  /// Gives a member's fraction back before its grant ends.
  func leaveQuota(_ id: Int64, pausedUntil: Timestamp?) async throws(LedgerFailure)

  /// Forgets old identities; fewer than `limit` means that no more are left.
  func prune(decidedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int
  /// How many identities pruning would forget; nil if the ledger is of a version that cannot say, and is only read.
  func prunable(decidedBefore: Timestamp) async throws(LedgerFailure) -> Int?
  /// How many identities pruning keeps only because a session of theirs is outstanding.
  func keptFromPruning(decidedBefore: Timestamp) async throws(LedgerFailure) -> Int
  /// Erases the URLs of sessions that ran out; fewer than `limit` means that no more are left.
  func eraseHostedURLs(expiredBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int
  /// Sees to it that an erased URL does not stand in a log beside the data; does nothing where it cannot.
  func foldLog() async throws(LedgerFailure)
  /// Gives the space of what was forgotten back to the file system.
  func vacuum() async throws(LedgerFailure) -> LedgerVacuum

  /// The ledger in numbers at one moment.
  func statistics(now: Timestamp, sessionLifetime: Duration) async throws(LedgerFailure) -> LedgerStatistics
  /// The generations that the ledger holds, in the order of their keys, for an audit; at most `limit` of them, fewer means that no more are left.
  ///
  /// A page is of one moment; what is claimed or decided between two pages may be missing from earlier ones.
  /// - Parameter key: the last one of the page before; nil to begin.
  func auditPage(after key: ClaimKey?, limit: Int) async throws(LedgerFailure) -> [AuditedGeneration]

  /// Closes it after the calls under way; later calls fail.
  func close() async
}

extension LedgerStore {
  /// The ledger in numbers, for sessions that live for ``CreatedSession/lifetime``.
  public func statistics(now: Timestamp) async throws(LedgerFailure) -> LedgerStatistics {
    try await statistics(now: now, sessionLifetime: CreatedSession.lifetime)
  }
}

extension SQLiteLedger: LedgerStore {
  /// The host's clock: all processes over a file are on one host.
  public var clock: WallClock { .system }
}
