import Testing

/// "It must show" 6, the part that needs nothing but the worker.
@Suite(.timeLimit(.minutes(1))) struct ConfigurationTests {
  @Test func allProblemsAreListedAtOnce() async throws {
    let arguments = [
      "run", "--set", "gateway.environment=stage", "--set", "gateway.quota.burst=0", "--set", "gateway.requestTimeout=60s", "--set",
      "creation.batchDeadline=10s", "--set", "gateway.tokn.url=https://x.example", "--set", "kafka.properties.acks=1", "--set",
      "log.level=loud",
    ]
    let worker = try RunningProcess.start(Executables.worker, arguments)
    #expect(try await worker.end() == .exited(2))
    let text = worker.output.now.errorLines.joined(separator: "\n")
    for key in [
      "gateway.quota.burst", "gateway.requestTimeout", "gateway.tokn.url", "acks", "log.level", "merchants", "gateway.token",
    ] { #expect(text.contains(key), "\(key) is not named in:\n\(text)") }
    #expect(text.contains("config/reference.md"))
    #expect(worker.output.now.outputLines.isEmpty)
  }

  @Test(arguments: [
    ["run", "--no-such-flag"], ["run", "--max-records", "0"], ["fly"], ["run", "--config", "/no/such/file.yaml"],
    ["run", "-X", "no.such.property=1"],
    ["run", "--log-level"], ["demo", "--requests", "1"], ["reconcile"], ["reconcile", "--once", "--watch"],
  ])
  func wrongUsageEndsWith2(arguments: [String]) async throws {
    let worker = try RunningProcess.start(Executables.worker, arguments)
    #expect(try await worker.end() == .exited(2))
    #expect(!worker.output.now.errorLines.isEmpty, "it says why")
  }

  @Test func helpAndVersionEndWith0() async throws {
    for arguments in [["--help"], ["run", "--help"], ["--version"]] {
      let worker = try RunningProcess.start(Executables.worker, arguments)
      #expect(try await worker.end() == .exited(0))
      #expect(!worker.output.now.outputLines.isEmpty)
    }
  }
}
