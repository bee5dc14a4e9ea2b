import CheckoutSession
import GRDB
import Testing

@testable import Ledger

@Suite("SQLite's result codes")
struct LedgerFailureTests {
  @Test(
    arguments: [
      (ResultCode.SQLITE_BUSY, LedgerFailure.Code.busy, true), (.SQLITE_BUSY_SNAPSHOT, .busy, true), (.SQLITE_LOCKED, .busy, true),
      (.SQLITE_FULL, .full, true), (.SQLITE_IOERR_FSYNC, .unavailable, true), (.SQLITE_IOERR_CORRUPTFS, .corrupt, false),
      (.SQLITE_CANTOPEN_ISDIR, .unavailable, false), (.SQLITE_READONLY_DIRECTORY, .notWritable, false),
      (.SQLITE_PERM, .notWritable, false), (.SQLITE_CORRUPT_INDEX, .corrupt, false), (.SQLITE_NOTADB, .corrupt, false),
      (.SQLITE_INTERRUPT, .cancelled, true), (.SQLITE_CONSTRAINT_UNIQUE, .unexpected, false), (.SQLITE_ERROR, .unexpected, false),
    ])
  func meaning(result: ResultCode, code: LedgerFailure.Code, transient: Bool) {
    let failure = LedgerFailure(DatabaseError(resultCode: result, message: "why"), ledger: "/x/ledger.sqlite")
    #expect(failure.code == code && failure.isTransient == transient)
    #expect(failure.message == "ledger /x/ledger.sqlite: why (SQLite \(result.rawValue))")
  }

  @Test("statement and values stay out of the message")
  func noValues() {
    let error = DatabaseError(resultCode: .SQLITE_ERROR, message: "why", sql: "SELECT 'secret'", arguments: ["secret"])
    #expect(!LedgerFailure(error, ledger: "x").description.contains("secret"))
  }
}
