import CheckoutSession
import PostgresTestKit
import Testing

@testable import Ledger

/// Every way to secure a connection, against a server whose certificate is for `localhost`.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct PostgresClientTLSTests {
  private static let server = Task<PostgresServer, any Error> {
    var options = PostgresServer.Options()
    options.hasTLS = true
    let server = try await PostgresServer(options)
    try await server.start()
    try await server.makeRole(TLSCertificates.clientUser, password: "not asked for")
    return server
  }

  private enum Authority { case none, right, wrong, missing }

  private struct Row: Sendable {
    var mode: PostgreSQLLedgerConfiguration.TLSMode
    var host: String
    var authority: Authority
    /// A part of the message; nil: it connects.
    var failure: String?
  }

  private static let rows: [Row] = [
    Row(mode: .disable, host: "localhost", authority: .none, failure: nil),
    Row(mode: .require, host: "127.0.0.1", authority: .none, failure: nil),
    Row(mode: .require, host: "127.0.0.1", authority: .wrong, failure: nil),
    Row(mode: .verifyCA, host: "127.0.0.1", authority: .right, failure: nil),
    Row(mode: .verifyCA, host: "localhost", authority: .wrong, failure: "certificate verify failed"),
    Row(mode: .verifyCA, host: "localhost", authority: .none, failure: "certificate"),
    Row(mode: .verifyCA, host: "localhost", authority: .missing, failure: "root certificate file \"/nonexistent/ca.crt\""),
    Row(mode: .verifyFull, host: "localhost", authority: .right, failure: nil),
    Row(mode: .verifyFull, host: "127.0.0.1", authority: .right, failure: "\"127.0.0.1\""),
    Row(mode: .verifyFull, host: "localhost", authority: .wrong, failure: "certificate verify failed"),
  ]

  private func configuration(_ row: Row, _ server: PostgresServer) throws -> PostgreSQLLedgerConfiguration {
    let certificates = try #require(server.certificates)
    return .test(server) {
      $0.host = row.host
      $0.tlsMode = row.mode
      switch row.authority {
      case .none: $0.rootCertificateFile = nil
      case .right: $0.rootCertificateFile = certificates.authorityFile
      case .wrong: $0.rootCertificateFile = certificates.otherAuthorityFile
      case .missing: $0.rootCertificateFile = "/nonexistent/ca.crt"
      }
    }
  }

  @Test(arguments: rows.indices)
  func aModeTrustsWhomItSays(index: Int) async throws {
    let row = Self.rows[index]
    let configuration = try await configuration(row, Self.server.value)
    guard let expected = row.failure else {
      let isEncrypted = try await PostgresPool.opened(configuration) { pool in
        try await pool.with { try $0.run("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").bool(0, 0) }
      }
      #expect(isEncrypted == (row.mode != .disable))
      return
    }
    let failure = await PostgresPool.openingFailure(configuration)
    #expect(failure?.code == .unavailable && failure?.isTransient == false)
    #expect(failure?.message.contains(expected) == true, "\(failure?.message ?? "it connects")")
  }

  @Test func aServerWithoutTLSIsRefusedForGood() async throws {
    let failure = await PostgresPool.openingFailure(try await .test(.shared()) { $0.tlsMode = .require })
    #expect(failure?.code == .unavailable && failure?.isTransient == false)
    #expect(failure?.message.contains("server does not support SSL") == true)
  }

  @Test func aClientCertificateLogsIn() async throws {
    let server = try await Self.server.value
    let certificates = try #require(server.certificates)
    var configuration = PostgreSQLLedgerConfiguration.test(server, user: TLSCertificates.clientUser) {
      $0.host = "localhost"
      $0.tlsMode = .verifyFull
      $0.rootCertificateFile = certificates.authorityFile
    }
    let without = await PostgresPool.openingFailure(configuration)
    #expect(without?.code == .unavailable && without?.isTransient == false)
    configuration.certificateFile = certificates.clientCertificateFile
    configuration.keyFile = certificates.clientKeyFile
    #expect(await PostgresPool.openingFailure(configuration) == nil)
    configuration.keyFile = "/nonexistent/client.key"
    let missing = await PostgresPool.openingFailure(configuration)
    #expect(missing?.isTransient == false && missing?.message.contains("/nonexistent/client.key") == true)
  }

  @Test func longBatchesComeThroughTLS() async throws {
    let server = try await Self.server.value
    let configuration = try configuration(Row(mode: .require, host: "127.0.0.1", authority: .none), server)
    let bytes = (0..<100).map { [UInt8](repeating: UInt8($0), count: 50_000) }
    try await PostgresPool.opened(configuration) { pool in
      let back = try await pool.with { session in
        let rows = try session.run("SELECT b FROM unnest($1) WITH ORDINALITY AS u(b, n) ORDER BY n", [.byteArrays(bytes)])
        return (0..<rows.count).compactMap { rows.bytes($0, 0) }
      }
      #expect(back == bytes)
    }
  }
}
