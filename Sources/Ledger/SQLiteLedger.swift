import CheckoutSession
import Dispatch
import GRDB
import Logging
import Metrics
import Synchronization

/// The ledger in one SQLite file: identities, what was decided about them, and what is still to be published.
///
/// Every method is one transaction on SQLite's own thread and one hop there and back, however large the batch; nothing blocks a thread of
/// Swift concurrency. Several ledgers, in one process or in many on the same host, may share a file: SQLite's lock orders their
/// transactions.
///
/// **Cancellation.** A transaction happens whole or not at all. A task that is cancelled before it asks gets
/// ``LedgerFailure/Code/cancelled`` from ``claim(_:at:)`` and ``renew(_:at:)``. ``record(_:)`` and ``markPublished(_:at:)`` go ahead
/// nevertheless: what they write down has happened, and forgetting it costs a second session or a second reply. How long a caller can wait
/// is bounded by the busy time-out and the number of queued calls.
public final class SQLiteLedger: Sendable {
  private let database: any DatabaseWriter
  private let settings: SQLiteLedgerConfiguration
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
  /// generation. A request that stands twice in the batch is judged twice. Throws ``LedgerFailure``; then nothing is claimed.
  public func claim(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome] {
    guard !claims.isEmpty else { return [] }
    try throwIfCancelled()
    let known = names.withLock { $0 }
    let (outcomes, names) = try await write(.claim, .process) { db in
      var transaction = try ClaimTransaction(db, at: at, names: known)
      return (try transaction.run(claims), transaction.names)
    }
    self.names.withLock { $0 = names }
    return outcomes
  }

  /// Starts a new generation for sessions that are dead or about to die: the new keys in the order of `keys`, nil where the generation is
  /// not the present one any more (somebody else has renewed it: claim again) or has not been decided as created.
  ///
  /// Throws ``LedgerFailure``; then nothing is renewed.
  public func renew(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) -> [ClaimKey?] {
    guard !keys.isEmpty else { return [] }
    try throwIfCancelled()
    return try await write(.renew, .process) { db in try RenewTransaction.run(keys, at: at, db) }
  }

  /// Writes decisions down, each only if its generation is undecided, and waits for the disk
  /// (`design/architecture.md`, "Order of writes", step 3). What came of each, in their order; recording the same decision twice is one decision.
  ///
  /// Throws ``LedgerFailure``; then none is recorded.
  public func record(_ decisions: [(ClaimKey, DecidedReply)]) async throws(LedgerFailure) -> [RecordedDecision] {
    guard !decisions.isEmpty else { return [] }
    return try await write(.record, .disk) { db in try RecordTransaction.run(decisions, db) }
  }

  /// Notes that the replies of these decisions are published and acknowledged (`design/architecture.md`, "Order of writes", step 5).
  /// Undecided generations and those already marked are left as they are. Throws ``LedgerFailure``; then none is marked.
  public func markPublished(_ keys: [ClaimKey], at: Timestamp) async throws(LedgerFailure) {
    guard !keys.isEmpty else { return }
    try await write(.publish, .process) { db in try PublishTransaction.run(keys, at: at, db) }
  }

  /// Forgets identities whose present generation was decided (or, if nobody ever decided, claimed) before a moment; at most `limit` of them.
  /// Returns how many: fewer than `limit` means that no more are left. `decidedBefore` must lie further back than any worker can
  /// be at work on a batch, and than any session lives. Throws ``LedgerFailure``.
  public func prune(decidedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await write(.prune, .process) { db in try PruneTransaction.run(decidedBefore: decidedBefore, limit: limit, db) }
  }

  /// Erases the URLs of sessions that ran out before a moment; at most `limit` of them. Returns how many: fewer than `limit` means that no
  /// more are left. Throws ``LedgerFailure``.
  ///
  /// Safe from the moment a session has run out: no reply with such a URL is published (`creation.minimumRemainingLifetime`), so
  /// a repeated request, or a decision whose publication a crash prevented, gets a new generation whether the URL is still here or not.
  /// Its decision then reads as `created` without a session.
  public func eraseHostedURLs(expiredBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int {
    try await write(.erase, .process) { db in try EraseTransaction.run(expiredBefore: expiredBefore, limit: limit, db) }
  }

  /// The ledger in numbers at one moment, without waiting for the writer. Throws ``LedgerFailure``; cancelling ends the read.
  public func statistics(now: Timestamp) async throws(LedgerFailure) -> LedgerStatistics {
    let fileBytes: Int64? = if case .file(let path) = settings.location { LedgerFile.bytes(path) } else { nil }
    let started = ContinuousClock.now
    do {
      let statistics = try await database.read { db in try StatisticsQuery.run(db, now: now, fileBytes: fileBytes) }
      metrics.ended(.statistics, after: .now - started, failure: nil)
      return statistics
    } catch {
      let failure = LedgerFailure(error, ledger: settings.location.name)
      metrics.ended(.statistics, after: .now - started, failure: failure)
      throw failure
    }
  }

  /// Closes the file after the calls under way; later calls fail. The last process to close folds the write-ahead log into the file.
  public func close() async {
    let database = database
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        // A failure here leaves the log beside the file, where the next opening finds it.
        try? database.close()
        continuation.resume()
      }
    }
  }

  private func throwIfCancelled() throws(LedgerFailure) {
    if Task.isCancelled { throw LedgerFailure(CancellationError(), ledger: settings.location.name) }
  }

  /// Runs one write transaction on the writer's thread.
  private func write<Value: Sendable>(
    _ operation: LedgerOperation, _ durability: Durability, _ body: @escaping @Sendable (Database) throws -> Value
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
          let result = Result { try WriteTransaction.run(db, durability, body) }
          continuation.resume(returning: result.mapError { LedgerFailure($0, ledger: name) })
        }
      }
    }
    if case .failure(let failure) = result {
      metrics.ended(operation, after: .now - started, failure: failure)
    } else {
      metrics.ended(operation, after: .now - started, failure: nil)
    }
    return try result.get()
  }
}
