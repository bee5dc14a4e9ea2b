import FoundationEssentials
import Glibc
import Kafka
import KafkaTestKit
import Testing

/// The broker and the simulator that the tests of one run share. Every test takes topics, a group and a ledger of its own (``Lane``).
struct EndToEndEnvironment: Sendable {
  let bootstrapServers: String
  /// `-X` properties that the broker asks of its clients.
  let properties: [String: String]
  let simulator: SimulatorProcess
  /// Nil with a real cluster, which tests must not restart.
  let noida: NoidaBroker?

  @TaskLocal private static var current: EndToEndEnvironment?

  /// Inside a suite with ``SharedEnvironment``: what it runs on.
  static var shared: EndToEndEnvironment {
    get throws { try #require(current, "the suite lacks the trait .sharedEnvironment") }
  }

  /// The real cluster of `KAFKA_TEST_BOOTSTRAP`, if it is set.
  static let realCluster = ProcessInfo.processInfo.environment["KAFKA_TEST_BOOTSTRAP"]
  /// Whether there is any broker to run on.
  static let isPossible = realCluster != nil || NoidaBroker.executable != nil

  /// Starts both, runs `body`, ends both.
  static func provide(_ body: () async throws -> Void) async throws {
    let simulator = try await SimulatorProcess.start()
    // Not left to the last reference: a task that a failed test left behind may hold one until this process ends.
    defer { simulator.process.signal(SIGKILL) }
    if let realCluster {
      let environment = EndToEndEnvironment(bootstrapServers: realCluster, properties: [:], simulator: simulator, noida: nil)
      return try await $current.withValue(environment, operation: body)
    }
    let noida = try NoidaBroker()
    try await noida.start()
    defer { noida.stop(.kill) }
    let environment = EndToEndEnvironment(
      bootstrapServers: noida.bootstrapServers, properties: NoidaBroker.clientProperties, simulator: simulator, noida: noida)
    try await $current.withValue(environment, operation: body)
  }
}

/// Starts the shared broker and simulator around a suite and ends them after it.
struct SharedEnvironment: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await EndToEndEnvironment.provide(function)
  }
}

extension Trait where Self == SharedEnvironment {
  /// One broker and one simulator for all tests of the suite.
  static var sharedEnvironment: Self { SharedEnvironment() }
}
