import FoundationEssentials
import Ledger

/// Where a PostgreSQL database is and how it is talked to: `postgres://USER@HOST[:PORT]/DATABASE[?sslmode=…]`. Never holds a password.
public struct PostgresAddress: Sendable, Hashable, CustomStringConvertible {
  /// How a connection can be secured.
  public typealias TLSMode = PostgreSQLLedgerConfiguration.TLSMode

  /// What a bad address should have been.
  static let expected = """
    postgres://USER@HOST[:PORT]/DATABASE with sslmode, sslrootcert, sslcert, sslkey or host=/SOCKET/FOLDER after a question mark if needed; sslmode is \
    \(TLSMode.allCases.map(\.rawValue).joined(separator: ", ")); the password goes into ledger.passwordFile
    """

  /// A host name or address, or the folder of a Unix socket.
  public var host: String
  /// The port.
  public var port: Int
  /// The database.
  public var database: String
  /// Who connects.
  public var user: String
  /// How the connection is secured. Without `sslmode` it is verified in full, but for this host's own addresses and sockets, where it is plain text.
  public var tlsMode: TLSMode
  /// The file with the certificate authorities to trust: `sslrootcert`.
  public var rootCertificateFile: String?
  /// The file with our certificate: `sslcert`.
  public var certificateFile: String?
  /// The file with its key: `sslkey`.
  public var keyFile: String?

  /// Reads an address; nil if it is none, or has what is not allowed in it: a password, an unknown parameter, a mode that falls back.
  public init?(url: String) {
    guard url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), let address = URLComponents(string: url) else { return nil }
    guard ["postgres", "postgresql"].contains(address.scheme?.lowercased()), address.password == nil, address.fragment == nil else {
      return nil
    }
    guard let user = address.user, !user.isEmpty, address.path.hasPrefix("/") else { return nil }
    database = String(address.path.dropFirst())
    guard !database.isEmpty, !database.contains("/") else { return nil }
    self.user = user
    port = address.port ?? 5432
    guard (1...65_535).contains(port) else { return nil }
    var host = address.host ?? ""
    var mode: String?
    for item in address.queryItems ?? [] {
      guard let value = item.value, !value.isEmpty else { return nil }
      switch item.name {
      case "host" where value.hasPrefix("/") && host.isEmpty: host = value
      case "sslmode": mode = value
      case "sslrootcert": rootCertificateFile = value
      case "sslcert": certificateFile = value
      case "sslkey": keyFile = value
      default: return nil
      }
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { return nil }
    self.host = host
    let isHere = host.hasPrefix("/") || HostName.isLoopback(host)
    guard let tlsMode = mode.map(TLSMode.init(rawValue:)) ?? (isHere ? .disable : .verifyFull) else { return nil }
    self.tlsMode = tlsMode
  }

  /// The address as `ledger.url` has it.
  public var description: String {
    let isSocket = host.hasPrefix("/")
    let name = isSocket ? "" : host.contains(":") ? "[\(host)]" : host
    let parameters = [
      isSocket ? ("host", host) : nil, ("sslmode", tlsMode.rawValue), rootCertificateFile.map { ("sslrootcert", $0) },
      certificateFile.map { ("sslcert", $0) }, keyFile.map { ("sslkey", $0) },
    ].compactMap { $0 }
    return "postgres://\(user)@\(name):\(port)/\(database)?" + parameters.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }
}
