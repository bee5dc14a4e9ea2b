import CheckoutSession
import Ledger
import PostgresTestKit
import Testing

/// The conformance suite on a real PostgreSQL: one server, and a schema for each case.
@Suite("PostgreSQL ledger conformance", .serialized, .timeLimit(.minutes(5)))
struct PostgreSQLConformanceTests {
  @Test("database", arguments: ConformanceCase.all)
  func database(_ conformance: ConformanceCase) async throws {
    try await TemporaryDatabase.withSchema { database in try await conformance.run { try await database.open() } }
  }
}
