import CheckoutSession
import GRDB
import Synchronization

/// Proves afterwards that nothing was lost: takes what the topics and the ledger hold, in any order, and judges it by the guarantees.
///
/// Everything goes into a scratch file in a folder of its own (mode 0700) and is judged identity by identity, so memory stays the same however many records
/// there are. The file holds ids, places and fingerprints; ``close()`` removes it, and so does letting go of the audit.
///
/// SQLite works on a queue of its own; nothing here blocks a Swift concurrency thread.
public final class CompletenessAudit: Sendable {
  /// Touched only inside accesses to the queue, one at a time; the lock is never waited for, it tells the compiler so.
  private struct State {
    var topics = TopicNumbers()
    var totals = AuditTotals()
  }

  private let folder: ScratchFolder
  private let queue: DatabaseQueue
  private let state = Mutex(State())

  /// Makes the scratch file.
  /// - Parameter parent: the folder to make it in; nil: where `TMPDIR` says, else `/tmp`.
  /// - Throws: ``AuditError``.
  public static func make(in parent: String? = nil) async throws(AuditError) -> CompletenessAudit {
    let folder = try ScratchFolder(in: parent)
    do {
      var configuration = Configuration()
      configuration.label = "audit-scratch"
      configuration.prepareDatabase { try ScratchSchema.prepare($0) }
      let queue = try DatabaseQueue(path: folder.file, configuration: configuration)
      try await queue.writeWithoutTransaction { try ScratchSchema.create($0) }
      return CompletenessAudit(folder: folder, queue: queue)
    } catch {
      folder.remove()
      throw AuditError(error)
    }
  }

  private init(folder: ScratchFolder, queue: DatabaseQueue) {
    self.folder = folder
    self.queue = queue
  }

  deinit { folder.remove() }

  /// Takes records; batches of some thousands are best. Throws ``AuditError``.
  public func add(_ facts: [AuditFact]) async throws(AuditError) {
    try await access { db, state in
      var writer = FactWriter(db)
      try writer.write(facts, topics: &state.topics, totals: &state.totals)
    }
  }

  /// Takes a page of the ledger. Throws ``AuditError``.
  public func add(_ generations: [AuditedGeneration]) async throws(AuditError) {
    try await access { db, state in
      var writer = FactWriter(db)
      try writer.write(generations, topics: &state.topics, totals: &state.totals)
    }
  }

  /// Judges everything that was added; once, at the end.
  /// - Parameter onProgress: called now and then with the part that is done, 0 to 1.
  /// - Throws: ``AuditError``.
  public func judge(_ scope: AuditScope, onProgress: @escaping @Sendable (Double) -> Void = { _ in }) async throws(AuditError)
    -> AuditTotals
  {
    try await access { db, state in
      let reader = HistoryReader(db: db, topics: state.topics) { onProgress(Double($0) / Double(ScratchSchema.bucketCount)) }
      try reader.judge(scope, &state.totals)
      try FindingStore(db).sort()
      return state.totals
    }
  }

  /// The exceptions of one kind, in the order of their places; at most `limit`, beginning with the `skip`-th. After ``judge(_:onProgress:)``.
  /// - Throws: ``AuditError``.
  public func findings(of code: AuditFinding.Code, skip: Int = 0, limit: Int) async throws(AuditError) -> [AuditFinding] {
    try await access { db, _ in try FindingStore(db).page(of: code, skip: skip, limit: limit) }
  }

  /// How large the scratch file is, in bytes.
  public var scratchBytes: Int64 { folder.bytes }

  /// Where it is; for tests.
  var scratchFolder: String { folder.path }

  /// Removes the scratch file. Later calls fail.
  public func close() async {
    // Waits for the access under way; the file goes in any case.
    try? await queue.writeWithoutTransaction { _ in }
    try? queue.close()
    folder.remove()
  }

  /// One transaction on the scratch file. Without a journal a rollback cannot undo anything, so after an error the file is good for nothing: the audit ends.
  private func access<Value: Sendable>(
    _ body: @escaping @Sendable (Database, inout State) throws -> Value
  ) async throws(AuditError) -> Value {
    do {
      return try await queue.write { [self] db in
        try state.withLock { state in try body(db, &state) }
      }
    } catch {
      throw AuditError(error)
    }
  }
}
