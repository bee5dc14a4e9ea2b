import Audit
import CheckoutSession
import Ledger
import Logging

/// Reads the ledger by pages, while others work with it.
struct AuditLedgerReader {
  /// What the ledger can say to an audit.
  enum Presence: Hashable, Sendable {
    /// It was read.
    case read
    /// It was not read, and why; the topics are audited alone.
    case none(reason: String)
  }

  /// Generations of one page.
  static let pageMax = 4096
  /// How long one that is locked or away for the moment is tried again.
  static let patience: Duration = .seconds(30)

  let assembly: WorkerAssembly
  let audit: CompletenessAudit
  let progress: AuditProgress
  let logger: Logger

  /// Reads everything.
  /// - Throws: `LedgerFailure`, `AuditError`.
  func read() async throws -> Presence {
    let store = assembly.configuration.ledger.store
    guard store != .memory else { return .none(reason: "ledger.url is memory:, where only the worker can look") }
    switch LedgerPresence(store) {
    case .absent: return .none(reason: "there is no ledger yet at \(store.name)")
    case .empty: return .none(reason: "\(store.name) is empty: no worker has used it yet")
    case .present: break
    }
    do {
      let ledger = try await assembly.openLedger(.readOnly, logger: logger)
      do {
        try await read(ledger)
        await ledger.close()
      } catch {
        await ledger.close()
        throw error
      }
      return .read
    } catch let failure as LedgerFailure where failure.code == .notSetUp {
      return .none(reason: "\(store.name) is empty: no worker has used it yet")
    }
  }

  private func read(_ ledger: any LedgerStore) async throws {
    var last: ClaimKey?
    while true {
      try Task.checkCancellation()
      let page = try await page(ledger, after: last)
      try await audit.add(page)
      progress.note(generations: page.count)
      guard page.count == Self.pageMax else { return }
      last = page.last?.key
    }
  }

  private func page(_ ledger: any LedgerStore, after key: ClaimKey?) async throws -> [AuditedGeneration] {
    let deadline = ContinuousClock.now + Self.patience
    while true {
      do throws(LedgerFailure) {
        return try await ledger.auditPage(after: key, limit: Self.pageMax)
      } catch {
        guard error.isTransient, ContinuousClock.now < deadline else { throw error }
        try await ContinuousClock().sleep(for: .milliseconds(100))
      }
    }
  }
}
