import Glibc

/// What libpq and the server are told when a connection is made.
enum PostgresSettings {
  /// libpq's parameters.
  /// - Parameter password: nil if none is sent.
  static func parameters(_ configuration: PostgreSQLLedgerConfiguration, password: String?) -> [(name: String, value: String)] {
    let answerTimeout = configuration.statementTimeout + PostgresSession.answerGrace
    var parameters = [
      ("host", configuration.host), ("port", String(configuration.port)), ("dbname", configuration.database),
      ("user", configuration.user), ("application_name", "checkout-worker"), ("client_encoding", "UTF8"),
      ("sslmode", configuration.tlsMode.rawValue), ("sslrootcert", rootCertificates(configuration)),
      // What may lie in somebody's home is not ours.
      ("sslcert", configuration.certificateFile ?? nowhere), ("sslkey", configuration.keyFile ?? nowhere), ("sslcrl", nowhere),
      ("passfile", nowhere),
      ("gssencmode", "disable"), ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
      ("keepalives_count", "3"), ("tcp_user_timeout", String(milliseconds(answerTimeout))), ("options", options(configuration)),
    ]
    if let password { parameters.append(("password", password)) }
    return parameters
  }

  /// The server's settings of the session, as its command line would have them.
  static func options(_ configuration: PostgreSQLLedgerConfiguration) -> String {
    let timeout = configuration.statementTimeout
    let settings = [
      (
        "search_path", "\"" + configuration.schema.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
      ),
      ("statement_timeout", String(milliseconds(timeout))), ("lock_timeout", String(milliseconds(lockTimeout(of: timeout)))),
      // A process that is stopped within a transaction holds its locks no longer than a statement may take.
      ("idle_in_transaction_session_timeout", String(milliseconds(timeout))),
      ("default_transaction_isolation", "read committed"), ("synchronous_commit", "on"),
      ("default_transaction_read_only", configuration.access == .readOnly ? "on" : "off"), ("timezone", "UTC"),
      // Statements of milliseconds are not worth compiling, whatever the planner thinks they cost.
      ("jit", "off"),
    ]
    return settings.map { "-c \($0)=\(escaped($1))" }.joined(separator: " ")
  }

  /// A lock is given up before the statement is, so that the error says what it was.
  static func lockTimeout(of statementTimeout: Duration) -> Duration { statementTimeout / 2 }

  /// At least 1: 0 would mean for ever.
  static func milliseconds(_ duration: Duration) -> Int { max(Int((duration / .milliseconds(1)).rounded(.up)), 1) }

  private static let nowhere = "/nonexistent/checkout-worker"

  /// Where Linux distributions keep the authorities that they trust; libpq before 16 has no name for that.
  private static let systemRootCertificates = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
  ]

  private static func rootCertificates(_ configuration: PostgreSQLLedgerConfiguration) -> String {
    switch configuration.tlsMode {
    // With a file at hand libpq would verify.
    case .disable, .require: nowhere
    case .verifyCA, .verifyFull:
      configuration.rootCertificateFile ?? systemRootCertificates.first { access($0, R_OK) == 0 } ?? systemRootCertificates[0]
    }
  }

  /// A space or a backslash ends or begins something in the server's command line.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value {
      if character == " " || character == "\\" { text.append("\\") }
      text.append(character)
    }
    return text
  }
}
