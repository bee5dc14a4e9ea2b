import FoundationEssentials
import Glibc
import Kafka
import Logging
import ProcessTestKit
import Synchronization

/// A separate, persistent broker for tests: `noida-db` as a process of its own, with data of its own, on a free port.
///
/// Its traps are in `brokers.md`: no cooperative-sticky (use ``clientProperties``), a killed dynamic member is never evicted, SIGKILL loses
/// the newest records. Give each test a fresh one, and every wait a time limit.
public final class NoidaBroker: Sendable {
  /// How to end or restart it.
  public enum Signal: Sendable {
    /// SIGTERM: keeps everything.
    case terminate
    /// SIGKILL: loses the newest records.
    case kill
  }

  /// `127.0.0.1:port`, the same through restarts.
  public let bootstrapServers: String
  private let executable: String
  private let port: Int
  private let directory: String
  private let process = Mutex<ChildProcess?>(nil)

  /// Properties for consumers of this broker: it knows range assignment only, and ignores fetch sizes.
  public static let clientProperties = ["partition.assignment.strategy": "range", "receive.message.max.bytes": "400000000"]

  /// Where `noida-db` is: the environment's `NOIDA_DB`, else the virtual environment that `ops/setup` makes; nil when it is not installed.
  ///
  /// In the environment it is not `bin/noida-db`, a Python script with the broker as its child: a signal to that would leave the broker running.
  public static var executable: String? {
    let environment = ProcessInfo.processInfo.environment
    let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
    let library = cache + "/checkout-session-worker/venv/lib"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
    let candidates = [environment["NOIDA_DB"]] + versions.map { "\(library)/\($0)/site-packages/noida_db/noida-db" }
    return candidates.compactMap { $0 }.first { access($0, X_OK) == 0 }
  }

  /// Prepares a broker; it runs after ``start(timeout:)``.
  /// - Throws: ``KafkaError`` `NOT_INSTALLED` when there is no `noida-db`.
  public init() throws(KafkaError) {
    guard let executable = Self.executable else {
      throw KafkaError(
        code: .init(rawValue: "NOT_INSTALLED"), message: "noida-db is not installed; run ops/setup", failureClass: .configuration)
    }
    self.executable = executable
    port = try Self.explaining(FreePort.find)
    bootstrapServers = "127.0.0.1:\(port)"
    directory = FileManager.default.temporaryDirectory.path + "/noida-\(getpid())-\(port)"
    try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit {
    stop(.kill)
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Starts the process and waits until it answers.
  public func start(timeout: Duration = .seconds(20)) async throws(KafkaError) {
    let arguments = [
      executable, "start", "--only", "kafka", "--kafka-port", "\(port)", "--data-dir", directory,
    ]
    let log = directory + "/log"
    let child = try Self.explaining { () throws(SpawnError) in try ChildProcess.spawn(arguments, output: .file(log)) }
    process.withLock { $0 = child }
    var logger = Logger(label: "noida")
    logger.logLevel = .critical
    let admin = try KafkaAdmin(bootstrapServers: bootstrapServers, properties: ["reconnect.backoff.max.ms": "100"], logger: logger)
    _ = try await admin.probe(timeout: timeout)
    _ = await admin.close()
  }

  private static func explaining<Value>(_ body: () throws(SpawnError) -> Value) throws(KafkaError) -> Value {
    do throws(SpawnError) {
      return try body()
    } catch {
      throw KafkaError(code: .init(rawValue: "SPAWN"), message: error.description, failureClass: .configuration)
    }
  }

  /// Ends the process and waits for its end. Blocks for some milliseconds: for tests only.
  public func stop(_ signal: Signal = .terminate) {
    let child = process.withLock { process in
      defer { process = nil }
      return process
    }
    child?.end(with: signal == .terminate ? SIGTERM : SIGKILL)
  }

  /// Ends the process and starts it again on the same port, with the same data.
  public func restart(_ signal: Signal = .terminate) async throws(KafkaError) {
    stop(signal)
    try await start()
  }
}
