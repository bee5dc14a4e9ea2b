import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// The endpoints of a running worker, and its ledger's file.
  @Suite struct AdminTests {
    @Test func endpointsAndLedgerOfARunningWorker() async throws {
      let lane = try await Lane.shared("admin", scenario: Scenarios.calm)
      let reader = try TopicReader(lane)
      let port = try LoopbackHTTP.freePort()
      let worker = try lane.worker(["run"], settings: ["admin.port": "\(port)"])
      try await worker.line(containing: "admin endpoints listening", "\(port)")
      try await lane.publish(TestRequest.payments("admin", 20) + [TestRequest(id: "broken", value: Array("{".utf8))])
      _ = try await worker.whileRunning { try await reader.replies(atLeast: 21) }

      let ready = try await LoopbackHTTP.request(port: port, "/readyz")
      #expect(ready.status == 200, "\(ready.text)")
      for part in ["broker", "gateway", "merchants"] { #expect(ready.text.contains(part)) }
      #expect(try await LoopbackHTTP.request(port: port, "/livez").status == 200)
      #expect(try await LoopbackHTTP.request(port: port, "/").text.contains("checkout-worker run"))
      #expect(try await LoopbackHTTP.request(port: port, "/nothing").status == 404)
      let metrics = try await LoopbackHTTP.request(port: port, "/metrics")
      #expect(metrics.status == 200)
      #expect(metrics.text.contains(#"checkout_creation_replies_total{outcome="created"} 20"#))
      #expect(metrics.text.contains(#"checkout_creation_replies_total{outcome="rejected"} 1"#))
      #expect(metrics.text.contains("checkout_creation_dead_letters_total 1"))
      #expect(metrics.text.contains("# HELP checkout_creation_reply_latency_seconds"))

      for name in try FileManager.default.contentsOfDirectory(atPath: lane.folder) {
        var status = stat()
        #expect(stat("\(lane.folder)/\(name)", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600, "\(name) can be read by others")
      }
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0), "a service that was asked to end has not failed")
      await reader.close()
    }

    @Test func readinessNamesWhatIsMissing() async throws {
      let lane = try await Lane.shared("unready", scenario: Scenarios.calm)
      let reader = try TopicReader(lane)
      let port = try LoopbackHTTP.freePort()
      let worker = try lane.worker(["run"], settings: ["admin.port": "\(port)"])
      try await lane.publish(TestRequest.payments("unready", 1))
      _ = try await reader.replies(atLeast: 1)
      let simulator = try EndToEndEnvironment.shared.simulator
      try await simulator.goOn("name: out\noutages: [{from: 0s, to: 3s, kind: refuse}]\n")
      try await lane.publish(TestRequest.payments("unready-again", 5))
      try await worker.line(containing: "the gateway cannot be reached")
      let ready = try await LoopbackHTTP.request(port: port, "/readyz")
      #expect(ready.status == 503)
      #expect(ready.text.contains("gateway"))
      #expect(try await LoopbackHTTP.request(port: port, "/livez").status == 200, "restarting the worker would not help")
      try await worker.line(containing: "the gateway can be reached again")
      _ = try await reader.replies(atLeast: 6)
      #expect(try await LoopbackHTTP.request(port: port, "/readyz").status == 200)
      await reader.close()
    }
  }
}
