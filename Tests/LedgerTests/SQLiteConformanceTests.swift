import CheckoutSession
import Ledger
import Logging
import Testing

/// The conformance suite on SQLite.
@Suite("SQLite ledger conformance", .timeLimit(.minutes(1)))
struct SQLiteConformanceTests {
  @Test("file", arguments: ConformanceCase.all)
  func file(_ conformance: ConformanceCase) async throws {
    try await TemporaryLedger.with { temporary in try await conformance.run { try await temporary.open() } }
  }

  @Test("memory", arguments: ConformanceCase.all.filter { !$0.isShared })
  func memory(_ conformance: ConformanceCase) async throws {
    try await conformance.run { try await SQLiteLedger.open(.init(location: .memory), logger: Logger(label: "test")) }
  }
}
