import CheckoutSession
import Logging
import Metrics
import Synchronization

/// The ledger in a PostgreSQL database, for workers on several hosts.
///
/// It does what ``SQLiteLedger`` does, whose methods say what each call means. Every batch operation is one statement and one round trip, whatever the batch's
/// size: a call of a function of the schema (``PostgresFunction``, which also says in what order rows are locked).
///
/// **Durability.** A server may die and come back while its clients live on, and what it then does not remember must not be anything that a client acts upon.
/// So a claim waits for the disk, unlike in a file, where a power cut takes the worker with it: the server could give the key of a claim that it has forgotten
/// to another request. For the same reason renewals and grants of the quota wait, and decisions and events do as in every ledger. Marks
/// wait too: nobody would make one again for a reply that is out, and it would look unpublished until it is pruned. Leases and polls without an event leave it to the
/// server (`synchronous_commit = off`, set within the statement): of these a crash may undo the last half second, whose sessions are polled by two for once, of
/// which one finds its token gone. The log is written in order, so the disk has everything before what waits for it.
///
/// **Doubt.** A connection that breaks while a statement is committed leaves it open whether it was. The call fails as transient and may be repeated: claimed
/// again a request is in doubt, a decision that is recorded again stands, a renewed generation is not the present one any more, and
/// a mark that is made changes nothing.
///
/// **Cancellation** is as in ``SQLiteLedger``: a cancelled task does not begin a claim, a renewal or a lease, and goes on writing down what has happened.
public final class PostgreSQLLedger: LedgerStore {
  private let pool: PostgresPool
  let settings: PostgreSQLLedgerConfiguration
  private let metrics: LedgerMetrics
  private let queuedCalls = Atomic<Int>(0)

  private init(_ pool: PostgresPool, _ settings: PostgreSQLLedgerConfiguration, _ metrics: LedgerMetrics) {
    self.pool = pool
    self.settings = settings
    self.metrics = metrics
  }

  /// Connects, and brings the schema up to date unless the ledger is to be read only.
  ///
  /// Throws ``LedgerFailure`` naming the database: it cannot be reached, refuses the login, is not a ledger, is of a newer version, or is to be read only and
  /// no worker has used it yet, or an older one has.
  public static func open(
    _ configuration: PostgreSQLLedgerConfiguration, logger: Logger, metricsFactory: any MetricsFactory = MetricsSystem.factory
  ) async throws(LedgerFailure) -> PostgreSQLLedger {
    let pool = try await PostgresPool.open(configuration, logger: logger)
    let (schema, access) = (configuration.schema, configuration.access)
    do throws(LedgerFailure) {
      try await pool.with { session in
        let migrator = PostgresMigrator(schema: schema)
        switch access {
        case .readWrite: _ = try migrator.apply(session)
        case .readOnly:
          let steps = try migrator.list(session)
          guard !steps.allSatisfy(\.isApplied) else { return }
          let isNew = !steps.contains(where: \.isApplied)
          throw LedgerFailure(
            code: isNew ? .notSetUp : .unavailable,
            message: "schema \(schema) "
              + (isNew ? "is empty: no worker has used it yet" : "is of an older version: `checkout-worker ledger migrate`"),
            isTransient: false)
        }
      }
    } catch {
      await pool.close()
      throw error
    }
    return PostgreSQLLedger(pool, configuration, LedgerMetrics(factory: metricsFactory))
  }

  /// The server's clock: what all processes over the database agree on, whatever their hosts' clocks say.
  public var clock: WallClock { pool.serverClock }

  /// Claims a batch of requests; see ``SQLiteLedger/claim(_:at:)``. Waits for the disk. Throws ``LedgerFailure``; then nothing is claimed, or it is in doubt.
  public func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    guard !claims.isEmpty else { return [] }
    try throwIfCancelled()
    return try await call(.claim) { session in try PostgresClaims.run(claims, at: at, session) }
  }

  /// Starts new generations; see ``SQLiteLedger/renew(_:at:)``. Waits for the disk. Throws ``LedgerFailure``; then nothing is renewed, or it is in doubt.
  public func renew(_ renewals: [GenerationRenewal], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?] {
    guard !renewals.isEmpty else { return [] }
    try throwIfCancelled()
    return try await call(.renew) { session in try PostgresRenewals.run(renewals, at: at, session) }
  }

  /// Writes decisions down and waits for the disk; see ``SQLiteLedger/record(_:)``. Throws ``LedgerFailure``; then none is recorded, or it is in doubt.
  public func record(_ decisions: [NewDecision]) async throws(LedgerFailure) -> [RecordedDecision] {
    guard !decisions.isEmpty else { return [] }
    return try await call(.record) { session in try PostgresDecisions.run(decisions, session) }
  }

  /// Notes that replies are published; see ``SQLiteLedger/markPublished(_:at:)``. Throws ``LedgerFailure``; then none is marked, or it is in doubt.
  public func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) {
    guard !keys.isEmpty else { return }
    try await call(.publish) { session in _ = try session.run(RecordFunction.publishCall, [.keys(keys), .moment(at)]) }
  }

  /// Closes the connections after the calls under way; later calls fail.
  public func close() async { await pool.close() }

  /// Throws ``LedgerFailure/Code/cancelled`` in a task that is cancelled.
  func throwIfCancelled() throws(LedgerFailure) {
    if Task.isCancelled { throw LedgerFailure(postgres: CancellationError(), ledger: settings.name) }
  }

  /// Runs one call on a connection of the pool.
  /// - Parameter isRead: whether cancelling the task ends it.
  func call<Value: Sendable>(
    _ operation: LedgerOperation, isRead: Bool = false, _ body: @escaping @Sendable (PostgresSession) throws -> Value
  ) async throws(LedgerFailure) -> Value {
    let started = ContinuousClock.now
    metrics.queued(queuedCalls.add(1, ordering: .relaxed).newValue)
    defer { queuedCalls.subtract(1, ordering: .relaxed) }
    do throws(LedgerFailure) {
      let value = try await pool.with(isCancellable: isRead, body)
      metrics.ended(operation, after: .now - started, failure: nil)
      return value
    } catch {
      metrics.ended(operation, after: .now - started, failure: error)
      throw error
    }
  }
}
