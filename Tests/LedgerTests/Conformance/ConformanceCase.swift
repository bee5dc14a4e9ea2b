import Ledger
import Testing

/// One statement about every ledger, and how to try it.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
  /// Opens one more handle on the store that this case works on. The first call finds it empty.
  typealias Open = @Sendable () async throws -> any LedgerStore

  /// The statement.
  let name: String
  /// Whether it needs more than one handle on one store.
  let isShared: Bool
  /// Tries it.
  let run: @Sendable (Open) async throws -> Void

  init(_ name: String, isShared: Bool = false, _ run: @escaping @Sendable (Open) async throws -> Void) {
    self.name = name
    self.isShared = isShared
    self.run = run
  }

  /// A case about one handle, which is opened for it.
  static func one(_ name: String, _ run: @escaping @Sendable (any LedgerStore) async throws -> Void) -> ConformanceCase {
    ConformanceCase(name) { open in try await run(open()) }
  }

  var testDescription: String { name }

  /// The whole suite. A new ledger joins by a test that runs these with an `Open` of its own.
  static let all =
    claims + decisions + renewals + upkeep + leases + leaseOrder + polls + ends + retention + quotas + pauses + audits + shared
    + repetitions + edits + rehearsals + replayClaims + replayRuns + replayRecords
}
