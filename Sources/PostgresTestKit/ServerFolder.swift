import FoundationEssentials
import Glibc
import ProcessTestKit

/// Everything that a server needs before it starts.
struct ServerFolder: Sendable {
  let installation: PostgresInstallation
  let path: String
  let port: Int
  let certificates: TLSCertificates?
  let watcher: ServerWatcher

  /// Makes the folder, certificates and an empty cluster. Blocks.
  static func make(_ options: PostgresServer.Options) throws(PostgresServerError) -> ServerFolder {
    let installation = try PostgresInstallation.find()
    let port = try PostgresServerError.explaining(FreePort.find)
    let template = try ClusterTemplate.path(installation)
    let (path, watcher) = try empty("pg-\(getpid())-\(port)", installation)
    let certificates = options.hasTLS ? try TLSCertificates.make(in: path, installation) : nil
    _ = try installation.run(["/bin/cp", "-a", template, path + "/data"], in: path)
    try write(settings(options, path: path, port: port), to: path + "/data/postgresql.auto.conf")
    try write(rules, to: path + "/data/pg_hba.conf")
    return ServerFolder(installation: installation, path: path, port: port, certificates: certificates, watcher: watcher)
  }

  /// Makes a folder that is the server's user's and does not outlive this process.
  static func empty(
    _ name: String, _ installation: PostgresInstallation
  ) throws(PostgresServerError) -> (path: String, watcher: ServerWatcher) {
    // Short: the path of a Unix socket has 107 bytes at most.
    let path = FileManager.default.temporaryDirectory.path + "/" + name
    guard mkdir(path, 0o711) == 0 else { throw PostgresServerError(description: "cannot make \(path): error \(errno)") }
    let watcher = try ServerWatcher(directory: path)
    if let owner = installation.owner { chown(path, owner.user, owner.group) }
    return (path, watcher)
  }

  /// The first rule that fits counts.
  private static let rules = """
    local all all trust
    host all postgres 127.0.0.1/32 trust
    hostssl all certified 127.0.0.1/32 cert
    host all all 127.0.0.1/32 scram-sha-256

    """

  private static func settings(_ options: PostgresServer.Options, path: String, port: Int) -> String {
    var settings = [
      "port": "\(port)", "listen_addresses": "127.0.0.1", "unix_socket_directories": path, "max_connections": "\(options.connectionsMax)",
      "fsync": options.isDurable ? "on" : "off", "shared_buffers": "32MB", "max_wal_size": "256MB", "log_min_messages": "warning",
      // Logins are refused rather than written about in many words.
      "log_min_error_statement": "panic", "dynamic_shared_memory_type": "posix",
    ]
    if options.hasTLS {
      settings["ssl"] = "on"
      settings["ssl_cert_file"] = "\(path)/server.crt"
      settings["ssl_key_file"] = "\(path)/server.key"
      settings["ssl_ca_file"] = "\(path)/ca.crt"
    }
    settings.merge(options.settings) { $1 }
    return settings.sorted { $0.key < $1.key }.map { "\($0.key) = '\($0.value)'\n" }.joined()
  }

  private static func write(_ text: String, to path: String) throws(PostgresServerError) {
    // In place, so that the file stays its owner's.
    guard let file = fopen(path, "w") else { throw PostgresServerError(description: "cannot write \(path): error \(errno)") }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten else { throw PostgresServerError(description: "cannot write \(path): error \(errno)") }
  }
}
