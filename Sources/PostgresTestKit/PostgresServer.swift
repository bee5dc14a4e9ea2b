import Dispatch
import FoundationEssentials
import Glibc
import ProcessTestKit
import Synchronization

/// A PostgreSQL server of the distribution's package for tests: a process of its own, with data of its own in a temporary folder, on a free port.
///
/// PostgreSQL refuses to run as root, so under root it runs as the user `postgres`. Neither server nor folder outlives this process, however it ends: a
/// watcher sees to that (``ServerWatcher``).
///
/// Who may log in: `postgres` without a password; any role that is made by ``makeRole(_:password:)`` with its password (SCRAM).
public final class PostgresServer: Sendable {
  /// How the server is made.
  public struct Options: Sendable {
    /// Whether it waits for the disk; without that it survives SIGKILL and an immediate stop all the same, but not the machine's.
    public var isDurable = false
    /// `max_connections`.
    public var connectionsMax = 100
    /// Further settings, as in `postgresql.conf`.
    public var settings: [String: String] = [:]
    /// Whether it has a certificate (``certificates``) and speaks TLS to those who ask for it.
    public var hasTLS = false

    /// The usual ones.
    public init() {}
  }

  /// How to end it.
  public enum StopMode: Sendable {
    /// Connections are broken, their transactions rolled back, and all is written.
    case fast
    /// As if the power had gone: the next start recovers from the log.
    case immediate
  }

  /// `127.0.0.1`'s port, the same through restarts.
  public let port: Int
  /// The folder of its Unix socket, its certificates and its log (`log`).
  public let directory: String
  /// Its certificates, if it has TLS.
  public let certificates: TLSCertificates?
  private let installation: PostgresInstallation
  private let watcher: ServerWatcher
  private let process = Mutex<ChildProcess?>(nil)

  /// The host.
  public let host = "127.0.0.1"
  /// The database that is there from the start.
  public static let database = "checkout"
  /// The superuser.
  public static let user = "postgres"

  /// `postgres://postgres@127.0.0.1:PORT/checkout?sslmode=disable`.
  public var url: String { url(of: Self.database) }
  /// The same for a database of ``makeDatabase(_:)``.
  public func url(of database: String) -> String { "postgres://\(Self.user)@\(host):\(port)/\(database)?sslmode=disable" }

  /// Prepares a server; it runs after ``start(timeout:)``. Takes about a second the first time in a process, on a thread of its own.
  /// - Throws: ``PostgresServerError`` when no PostgreSQL is installed, or it cannot be prepared.
  public init(_ options: Options = Options()) async throws {
    let made = try await Blocking.run { try ServerFolder.make(options) }
    installation = made.installation
    directory = made.path
    port = made.port
    certificates = made.certificates
    watcher = made.watcher
  }

  deinit {
    watcher.end()
    guard let child = process.withLock({ $0 }) else { return }
    // The watcher ends it, and waits until we have reaped it.
    DispatchQueue(label: "postgres-test-kit").async { _ = child.wait() }
  }

  /// Ends the server for good, and returns when it and its folder are gone. Letting go of the server does the same, without waiting.
  public func remove() async {
    let child = process.withLock { process in
      defer { process = nil }
      return process
    }
    await Blocking.run { [watcher] in
      watcher.end()
      _ = child?.wait()
      watcher.wait()
    }
  }

  /// Starts the process and waits until it takes connections; the first time, it makes the database ``database``.
  /// - Throws: ``PostgresServerError`` with the end of its log.
  public func start(timeout: Duration = .seconds(30)) async throws {
    let child = try installation.spawn(["postgres", "-D", directory + "/data"], output: directory + "/log")
    process.withLock { $0 = child }
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: timeout)
    while !isReady(child) {
      guard clock.now < deadline, !child.hasEnded() else {
        throw PostgresServerError(description: "PostgreSQL did not start: \(logEnd)")
      }
      try await clock.sleep(for: .milliseconds(10))
    }
    if try await query("SELECT count(*) FROM pg_database WHERE datname = '\(Self.database)'", in: "postgres") == "0" {
      try await makeDatabase(Self.database)
    }
  }

  /// Ends the process and waits for its end.
  public func stop(_ mode: StopMode = .fast) async {
    let child = process.withLock { process in
      defer { process = nil }
      return process
    }
    guard let child else { return }
    await Blocking.run { child.end(with: mode == .fast ? SIGINT : SIGQUIT) }
  }

  /// Ends the process and starts it again on the same port, with the same data.
  public func restart(_ mode: StopMode = .fast) async throws {
    await stop(mode)
    try await start()
  }

  /// Sends a signal to the server and all processes that serve its connections: SIGSTOP makes it silent, SIGCONT lets it go on.
  public func signal(_ signal: Int32) {
    guard let id = process.withLock({ $0?.id }) else { return }
    // The parent first: stopped, it makes no more children.
    kill(id, signal)
    for child in ChildProcess.children(of: id) { kill(child, signal) }
  }

  /// Makes an empty database.
  /// - Returns: its name.
  @discardableResult
  public func makeDatabase(_ name: String = "test_\(UInt64.random(in: 0 ... .max))") async throws -> String {
    // FILE_COPY without fsync is faster than copying through the log, but makes a checkpoint; a template of a few MB is cheap either way.
    try await query("CREATE DATABASE \"\(name)\" TEMPLATE template0", in: "postgres")
    return name
  }

  /// Makes a role that logs in with a password (SCRAM-SHA-256).
  public func makeRole(_ name: String, password: String) async throws {
    try await query("CREATE ROLE \"\(name)\" LOGIN PASSWORD '\(password)'", in: "postgres")
  }

  /// Runs SQL through `psql` as the superuser, over the Unix socket.
  /// - Returns: what came, a line for each row, columns separated by `|`.
  /// - Throws: ``PostgresServerError`` with what `psql` said.
  @discardableResult
  public func query(_ sql: String, in database: String = PostgresServer.database) async throws -> String {
    let arguments = [
      "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", directory, "-p", "\(port)", "-U", Self.user, "-d", database, "-c", sql,
    ]
    return try await Blocking.run { [installation, directory] in try installation.run(arguments, in: directory) }
  }

  /// The newest lines of the server's log.
  public var logEnd: String {
    let text = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(20).joined(separator: "\n")
  }

  /// The server writes `ready` into the eighth line of its lock file, as `pg_ctl` expects.
  private func isReady(_ child: ChildProcess) -> Bool {
    guard let text = try? String(contentsOfFile: directory + "/data/postmaster.pid", encoding: .utf8) else { return false }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.count > 7 && Int32(lines[0]) == child.id && lines[7].hasPrefix("ready")
  }
}
