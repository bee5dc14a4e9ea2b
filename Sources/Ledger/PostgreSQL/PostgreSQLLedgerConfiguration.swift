import CheckoutSession

/// What a ``PostgreSQLLedger`` needs to be told (`ledger.url: postgres://…`, `ledger.*`).
public struct PostgreSQLLedgerConfiguration: Sendable {
  /// How the connection is secured: libpq's `sslmode`, without the modes that fall back to plain text unasked.
  public enum TLSMode: String, Sendable, CaseIterable {
    /// Plain text.
    case disable
    /// Encrypted, whoever answers.
    case require
    /// Encrypted, with a certificate of a trusted authority.
    case verifyCA = "verify-ca"
    /// The same, and the certificate is the host's.
    case verifyFull = "verify-full"
  }

  /// A host name, an address, or the folder of a Unix socket (begins with `/`).
  public var host: String
  /// The port.
  public var port: Int
  /// The database.
  public var database: String
  /// Who connects.
  public var user: String
  /// Gives the password whenever a connection is made, so that a changed file counts; nil: none of ours, but
  /// libpq's `PGPASSWORD` counts if it is set.
  public var password: (@Sendable () throws(LedgerFailure) -> String)?
  /// How the connection is secured.
  public var tlsMode: TLSMode
  /// The file with the certificate authorities to trust; nil: the system's.
  public var rootCertificateFile: String?
  /// The file with our certificate; nil: none.
  public var certificateFile: String?
  /// The file with its key.
  public var keyFile: String?
  /// The schema that the ledger's tables are in; made by the first migration.
  public var schema: String
  /// Read and write (migrates), or read only.
  public var access: LedgerAccess
  /// Connections kept at most.
  public var connectionsMax: Int
  /// How long connecting may take.
  public var connectTimeout: Duration
  /// How long one statement may take, waiting for locks included, before the server ends it.
  public var statementTimeout: Duration
  /// How many calls may wait for a connection; one more fails at once as ``LedgerFailure/Code/busy``.
  public var queuedCallsMax: Int

  /// Makes a configuration; all but where and who have defaults.
  public init(
    host: String, port: Int = 5432, database: String, user: String, password: (@Sendable () throws(LedgerFailure) -> String)? = nil,
    tlsMode: TLSMode, rootCertificateFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
    schema: String = "checkout", access: LedgerAccess = .readWrite, connectionsMax: Int = 4,
    connectTimeout: Duration = .seconds(5), statementTimeout: Duration = .seconds(10), queuedCallsMax: Int = 64
  ) {
    self.host = host
    self.port = port
    self.database = database
    self.user = user
    self.password = password
    self.tlsMode = tlsMode
    self.rootCertificateFile = rootCertificateFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.schema = schema
    self.access = access
    self.connectionsMax = max(connectionsMax, 1)
    self.connectTimeout = connectTimeout
    self.statementTimeout = statementTimeout
    self.queuedCallsMax = max(queuedCallsMax, 1)
  }

  /// How messages name the ledger; nothing secret in it.
  public var name: String { host.hasPrefix("/") ? "postgres:\(host)/\(database)" : "postgres://\(host):\(port)/\(database)" }
}
