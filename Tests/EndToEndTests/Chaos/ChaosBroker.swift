import FoundationEssentials
import Glibc
import Kafka
import KafkaTestKit

/// A `noida-db` that is restarted while clients hang on it. It must have the time to write everything out, and hear the signal: what a killed one was last
/// told is lost, and then no invariant can hold.
actor ChaosBroker {
  nonisolated let bootstrapServers: String
  private let executable: String
  private let port: Int
  private let folder: String
  private var process: RunningProcess?

  /// - Parameter folder: for its data.
  init(folder: String) throws {
    guard let executable = NoidaBroker.executable else { throw ProcessFailure("noida-db is not installed; run ops/setup") }
    self.executable = executable
    self.folder = folder
    port = try LoopbackHTTP.freePort()
    bootstrapServers = "127.0.0.1:\(port)"
  }

  /// Starts it and waits until it answers.
  func start() async throws {
    process = try RunningProcess.start(
      executable, ["start", "--only", "kafka", "--kafka-port", "\(port)", "--data-dir", folder])
    let admin = try KafkaAdmin(bootstrapServers: bootstrapServers, properties: ["reconnect.backoff.max.ms": "100"], logger: .silent)
    _ = try await admin.probe(timeout: .seconds(30))
    _ = await admin.close()
  }

  /// SIGTERM, which keeps everything, and its end.
  /// - Returns: how long its end took.
  func stop() async throws -> Duration {
    let began = ContinuousClock.now
    process?.signal(SIGTERM)
    _ = try await process?.end(within: .seconds(60))
    return ContinuousClock.now - began
  }

  func kill() { process?.signal(SIGKILL) }
}
