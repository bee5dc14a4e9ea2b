import CheckoutSession
import Testing

@testable import Ledger

/// What codes and texts of PostgreSQL and libpq mean.
struct PostgresClientMessageTests {
  @Test(
    arguments: [
      ("57014", .busy, true), ("55P03", .busy, true), ("40001", .busy, true), ("40P01", .busy, true), ("53300", .busy, true),
      ("53100", .full, true), ("53200", .unavailable, true), ("57P01", .unavailable, true), ("57P02", .unavailable, true),
      ("57P03", .unavailable, true), ("57P05", .unavailable, true), ("25P03", .unavailable, true), ("08006", .unavailable, true),
      ("28P01", .unavailable, false), ("28000", .unavailable, false), ("3D000", .unavailable, false), ("42501", .notWritable, false),
      ("25006", .notWritable, true), ("58030", .unavailable, true), ("XX001", .corrupt, false), ("42P01", .unexpected, false),
      ("23505", .unexpected, false), ("22P02", .unexpected, false), ("26000", .unavailable, true), ("0A000", .unexpected, false),
    ] as [(String, LedgerFailure.Code, Bool)])
  func aCodeHasItsMeaning(state: String, code: LedgerFailure.Code, isTransient: Bool) {
    let meaning = LedgerFailure.meaning(of: PostgresError(sqlState: state, message: ""))
    #expect(meaning.code == code && meaning.isTransient == isTransient)
  }

  @Test(
    arguments: [
      ("connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running?", nil, true),
      ("could not translate host name \"db\" to address: Temporary failure in name resolution\n", nil, true),
      ("connection to server at \"h\", port 1 failed: server closed the connection unexpectedly\n\tThis probably means", nil, true),
      ("connection to server at \"h\", port 1 failed: SSL SYSCALL error: EOF detected", nil, true),
      ("connection to server at \"h\", port 1 failed: SSL error: unexpected eof while reading", nil, true),
      ("connection to server at \"h\", port 1 failed: SSL error: certificate verify failed", nil, false),
      ("connection to server at \"h\", port 1 failed: server does not support SSL, but SSL was required", nil, false),
      ("root certificate file \"/x\" does not exist\nEither provide the file or change sslmode", nil, false),
      ("connection to server at \"h\", port 1 failed: fe_sendauth: no password supplied", nil, false),
      (
        "connection to server at \"h\", port 1 failed: FATAL:  28P01: password authentication failed\nLOCATION:  auth_failed", "28P01",
        false
      ),
      ("connection to server at \"h\", port 1 failed: FATALE:  57P03: il sistema è in fase di avvio", "57P03", true),
      (
        "connection to server at \"::1\", port 1 failed: Connection refused\nconnection to server at \"1\", port 1 failed: FATAL:  53300: full",
        "53300", true
      ),
    ] as [(String, String?, Bool)])
  func aConnectionThatFailsIsUnderstood(text: String, state: String?, isTransient: Bool) {
    let error = LibpqMessage.connectError(text)
    #expect(error.sqlState == state && error.isConnectionLost)
    let meaning = LedgerFailure.meaning(of: error)
    #expect(meaning.isTransient == isTransient)
    #expect(!error.message.contains("\n") && !error.message.contains("\t") && !error.message.isEmpty)
  }

  @Test func aRefusedValueIsNotQuoted() {
    #expect(PostgresError(server: "22P02", primary: "invalid input: \"hidden\"", constraint: nil).message == "a value was refused")
    #expect(PostgresError(server: "23514", primary: "violates check", constraint: "short").message == "violates check (constraint short)")
    #expect(PostgresError(server: "23505", primary: "duplicate key in \"c\"", constraint: "c").message == "duplicate key in \"c\"")
  }

  @Test func otherErrorsAreNamedAndNothingMore() {
    struct Other: Error { var value = "hidden" }
    let failure = LedgerFailure(postgres: Other(), ledger: "x")
    #expect(failure == LedgerFailure(code: .unexpected, message: "ledger x: Other", isTransient: false))
    #expect(LedgerFailure(postgres: CancellationError(), ledger: "x").code == .cancelled)
    #expect(
      LedgerFailure(postgres: LedgerFailure(postgres: CancellationError(), ledger: "x"), ledger: "x").message.split(separator: "x").count
        == 2)
  }

  @Test func settingsAreEscapedForTheServersCommandLine() {
    var configuration = PostgreSQLLedgerConfiguration(host: "h", database: "d", user: "u", tlsMode: .verifyFull)
    configuration.schema = "a \"b\\"
    configuration.statementTimeout = .milliseconds(1500)
    let options = PostgresSettings.options(configuration)
    #expect(options.hasPrefix("-c search_path=\"a\\ \"\"b\\\\\" -c statement_timeout=1500 -c lock_timeout=750 "))
    let parameters = PostgresSettings.parameters(configuration, password: nil)
    #expect(!parameters.contains { $0.name == "password" })
    #expect(PostgresSettings.parameters(configuration, password: "p").last?.value == "p")
    #expect(parameters.first { $0.name == "sslrootcert" }?.value.hasPrefix("/etc/ssl/") == true)
    // 0 would switch a time-out off.
    #expect(PostgresSettings.milliseconds(.zero) == 1 && PostgresSettings.milliseconds(.microseconds(1)) == 1)
  }
}
