import CheckoutSession
import Dispatch
import GRDB
import Logging
import Metrics
import Synchronization

/// The ledger in one SQLite file: identities, what was decided about them, what is still to be published, and the sessions whose end
/// nobody has been told.
///
/// Every method is one transaction on SQLite's own thread and one hop there and back, however large the batch; nothing blocks a thread of
/// Swift concurrency. Several ledgers, in one process or in many on the same host, may share a file: SQLite's lock orders their
/// transactions.
///
/// **Cancellation.** A transaction happens whole or not at all. A task that is cancelled before it asks gets
/// ``LedgerFailure/Code/cancelled`` from ``claim(_:at:)``, ``renew(_:at:)`` and ``leaseDue(now:until:limit:)``. The calls that write down
/// what has happened (``record(_:)``, ``markPublished(_:at:)`` and their like) go ahead nevertheless: forgetting it costs a second session, a
/// second reply or a second poll. How long a caller can wait is bounded by the busy time-out and the number of queued calls.
public final class SQLiteLedger: Sendable {
  private let database: any DatabaseWriter
  let settings: SQLiteLedgerConfiguration
  private let metrics: LedgerMetrics
  private let names = Mutex(LedgerNames())
  private let queuedCalls = Atomic<Int>(0)

  private init(_ database: any DatabaseWriter, _ settings: SQLiteLedgerConfiguration, _ metrics: LedgerMetrics) {
    self.database = database
    self.settings = settings
    self.metrics = metrics
  }

  /// Opens the ledger, and creates or migrates its file unless it is to be read only.
  ///
  /// Throws ``LedgerFailure`` naming the file: it cannot be reached or written, is not a ledger, is damaged, or is of a newer version.
  public static func open(
    _ configuration: SQLiteLedgerConfiguration, logger: Logger, metricsFactory: any MetricsFactory = MetricsSystem.factory
  ) async throws(LedgerFailure) -> SQLiteLedger {
    let opened: Result<any DatabaseWriter, LedgerFailure> = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: Result { () throws(LedgerFailure) in try LedgerOpening(configuration, logger: logger).run() })
      }
    }
    return SQLiteLedger(try opened.get(), configuration, LedgerMetrics(factory: metricsFactory))
  }

  /// Claims a batch of requests in one transaction and says what is known about each, in their order
  /// (`design/architecture.md`, "Order of writes", step 1).
  ///
  /// A request that was decided without a session is new again if its replay count is higher than any it was claimed with, under the next
  /// generation; so is one whose session is over, if the claim wants that. With such a count, a body that replaces the very one that the ledger knows
  /// (``RequestClaim/replaces``) takes its place. A request that stands twice in the batch is judged twice. Throws ``LedgerFailure``; then nothing is claimed.
  public func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    guard !claims.isEmpty else { return [] }
    try throwIfCancelled()
    return try await writeNames(.claim, .process) { db, names in
      var transaction = try ClaimTransaction(db, at: at, names: names)
      let outcomes = try transaction.run(claims)
      names = transaction.names
      return outcomes
    }
  }

  /// Starts a new generation for sessions that are dead or about to die: the new keys in the order of `renewals`, nil where the generation
  /// is not the present one any more (somebody else has renewed it: claim again), has not been decided as created, or has completed.
  ///
  /// A session that surely was not published, and of which no event was recorded, is not outstanding any more: nobody can open it, and nobody has been
  /// told of it. Throws ``LedgerFailure``; then nothing is renewed.
  public func renew(_ renewals: [GenerationRenewal], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?] {
    guard !renewals.isEmpty else { return [] }
    try throwIfCancelled()
    return try await write(.renew, .process) { db in try RenewTransaction.run(renewals, at: at, db) }
  }

  /// Writes decisions down, each only if its generation is undecided, and waits for the disk
  /// (`design/architecture.md`, "Order of writes", step 3). What came of each, in their order; recording the same decision twice is one decision.
  /// A session that is to be watched is outstanding from then on.
  ///
  /// Throws ``LedgerFailure``; then none is recorded.
  public func record(_ decisions: [NewDecision]) async throws(LedgerFailure) -> [RecordedDecision] {
    guard !decisions.isEmpty else { return [] }
    return try await write(.record, .disk) { db in try RecordTransaction.run(decisions, db) }
  }

  /// Notes that the replies of these decisions are published and acknowledged (`design/architecture.md`, "Order of writes", step 5).
  /// Undecided generations and those already marked are left as they are. Throws ``LedgerFailure``; then none is marked.
  public func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) {
    guard !keys.isEmpty else { return }
    try await write(.publish, .process) { db in try PublishTransaction.run(keys, at: at, db) }
  }

  /// How long ``close()`` waits for each lock that folding the log takes, of which a busy file may refuse it four. A shutdown has no time for the whole
  /// busy time-out.
  private static let closingWait: Duration = .milliseconds(250)

  /// Closes the file after the calls under way; later calls fail. Folds the write-ahead log into the file first, see ``foldLog()``, unless others are in
  /// the file for longer than about a second: then it is theirs to fold.
  public func close() async {
    try? await foldLog(waitingFor: min(Self.closingWait, settings.busyTimeout))
    let database = database
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        // A failure here leaves the log beside the file, where the next opening finds it.
        try? database.close()
        continuation.resume()
      }
    }
  }

  /// Throws ``LedgerFailure/Code/cancelled`` in a task that is cancelled.
  func throwIfCancelled() throws(LedgerFailure) {
    if Task.isCancelled { throw LedgerFailure(CancellationError(), ledger: settings.location.name) }
  }

  /// Runs one write transaction on the writer's thread.
  func write<Value: Sendable>(
    _ operation: LedgerOperation, _ durability: Durability, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(LedgerFailure) -> Value {
    try await withWriter(operation) { db in try WriteTransaction.run(db, durability, body) }
  }

  /// The same for a transaction that adds names, which are kept at hand once it has committed.
  func writeNames<Value: Sendable>(
    _ operation: LedgerOperation, _ durability: Durability, _ body: @escaping @Sendable (Database, inout LedgerNames) throws -> Value
  ) async throws(LedgerFailure) -> Value {
    let known = knownNames
    let (value, names) = try await write(operation, durability) { db in
      var names = known
      return (try body(db, &names), names)
    }
    self.names.withLock { $0 = names }
    return value
  }

  /// The name tables as far as they are at hand.
  var knownNames: LedgerNames { names.withLock { $0 } }

  /// Lends the writer, on its thread and outside of a transaction.
  func withWriter<Value: Sendable>(
    _ operation: LedgerOperation, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(LedgerFailure) -> Value {
    let started = ContinuousClock.now
    let queued = queuedCalls.add(1, ordering: .relaxed).newValue
    defer { queuedCalls.subtract(1, ordering: .relaxed) }
    metrics.queued(queued)
    let name = settings.location.name
    let result: Result<Value, LedgerFailure>
    if queued > settings.queuedCallsMax {
      let message = "ledger \(name): \(settings.queuedCallsMax) calls are waiting already"
      result = .failure(LedgerFailure(code: .busy, message: message, isTransient: true))
    } else {
      result = await withCheckedContinuation { continuation in
        database.asyncWriteWithoutTransaction { db in
          let result = Result { try body(db) }
          continuation.resume(returning: result.mapError { LedgerFailure($0, ledger: name) })
        }
      }
    }
    return try ended(operation, after: .now - started, result)
  }

  /// Reads at one moment, without waiting for the writer; cancelling ends the read.
  func read<Value: Sendable>(
    _ operation: LedgerOperation, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(LedgerFailure) -> Value {
    let started = ContinuousClock.now
    let result: Result<Value, LedgerFailure>
    do {
      result = .success(try await database.read(body))
    } catch {
      result = .failure(LedgerFailure(error, ledger: settings.location.name))
    }
    return try ended(operation, after: .now - started, result)
  }

  private func ended<Value>(
    _ operation: LedgerOperation, after duration: Duration, _ result: Result<Value, LedgerFailure>
  ) throws(LedgerFailure) -> Value {
    if case .failure(let failure) = result {
      metrics.ended(operation, after: duration, failure: failure)
    } else {
      metrics.ended(operation, after: duration, failure: nil)
    }
    return try result.get()
  }
}
