import Logging
import ServiceLifecycle
import Telemetry
import Testing

@testable import AdminHTTP

@Suite(.timeLimit(.minutes(1))) struct AdminServerTests {
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  @Test func healthIsWellWhenEveryCheckIs() async throws {
    let content = AdminFixture.content(
      liveness: { [.ok("loop")] }, readiness: { [.ok("ledger", "sqlite"), .failing("kafka", "no broker; sent Bearer abcdef123456")] })
    try await AdminFixture.withServer(content: content) { port in
      let live = try await HTTPTestClient.get("/livez", port: port)
      #expect(live.status == 200)
      #expect(live.headers["content-type"] == "application/json")
      #expect(live.headers["cache-control"] == "no-store")
      #expect(live.body == #"{"checks":[{"name":"loop","ok":true,"reason":""}],"status":"ok"}"# + "\n")
      let ready = try await HTTPTestClient.get("/readyz", port: port)
      #expect(ready.status == 503)
      #expect(
        ready.body == #"{"checks":[{"name":"ledger","ok":true,"reason":"sqlite"},"#
          + #"{"name":"kafka","ok":false,"reason":"no broker; sent Bearer [redacted]"}],"status":"failing"}"# + "\n")
    }
  }

  @Test func metricsAreServedInTheTextFormat() async throws {
    let registry = PrometheusRegistry()
    registry.counter("c_total", labels: [("a", "é")]).increment(by: 3)
    try await AdminFixture.withServer(content: AdminFixture.content(registry: registry)) { port in
      let answer = try await HTTPTestClient.get("/metrics?x=1", port: port)
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(answer.body == "# TYPE c_total counter\nc_total{a=\"é\"} 3\n")
    }
  }

  @Test func thePageShowsStateFiguresAndLinks() async throws {
    let registry = PrometheusRegistry(catalog: try MetricCatalog([.gauge("lag", unit: "records", help: "Records <behind>.")]))
    registry.gauge("lag").set(12.0)
    registry.histogram("post_seconds").record(0.02)
    let content = AdminFixture.content(registry: registry, readiness: { [.failing("kafka", "<b>down</b>")] })
    try await AdminFixture.withServer(content: content) { port in
      let page = try await HTTPTestClient.get("/", port: port)
      #expect(page.status == 200)
      #expect(page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
      for part in [
        "checkout-worker &lt;run&gt;", "version 1.2.3", "up 1d 2h 3m 4s", "&lt;b&gt;down&lt;/b&gt;", "<code>lag</code>", "<td>12</td>",
        "Records &lt;behind&gt;.", "count 1, p50 ", "href=\"https://runbooks.example/worker?a=1&amp;b=2\"", "<li>Evil", "href=\"/metrics\"",
      ] {
        #expect(page.body.contains(part), "missing: \(part)")
      }
      #expect(!page.body.contains("javascript:") && !page.body.contains("<script"))
      #expect(!page.body.contains("missing"))
    }
  }

  @Test(arguments: [
    ("GET", "/", [], 401), ("GET", "/metrics", [], 401), ("GET", "/nothing", [], 401), ("GET", "/livez", [], 200),
    ("GET", "/readyz", [], 200),
    ("GET", "/metrics", ["Authorization: Bearer s3cret"], 200), ("GET", "/metrics", ["authorization: bearer   s3cret"], 200),
    ("GET", "/", ["Authorization: Bearer s3cret"], 200), ("GET", "/nothing", ["Authorization: Bearer s3cret"], 404),
    ("GET", "/metrics", ["Authorization: Bearer s3cre"], 401), ("GET", "/metrics", ["Authorization: Bearer s3crets"], 401),
    ("GET", "/metrics", ["Authorization: Bearer s3cret s3cret"], 401), ("GET", "/metrics", ["Authorization: Bearer s3crets3cret"], 401),
    ("GET", "/metrics", ["Authorization: Basic s3cret"], 401), ("GET", "/metrics", ["Authorization: Bearer"], 401),
    ("GET", "/metrics", ["Authorization: s3cret"], 401), ("HEAD", "/metrics", ["Authorization: Bearer s3cret"], 200),
    ("POST", "/metrics", ["Authorization: Bearer s3cret"], 405), ("DELETE", "/livez", [], 405),
  ])
  func theTokenGuards(method: String, path: String, headers: [String], status: Int) async throws {
    try await AdminFixture.withServer(token: AdminToken("s3cret\n")) { port in
      let answer = try await HTTPTestClient.get(path, port: port, method: method, headers: headers)
      #expect(answer.status == status)
      #expect((answer.headers["www-authenticate"] != nil) == (status == 401))
      if status == 405 { #expect(answer.headers["allow"] == "GET, HEAD") }
    }
  }

  @Test func aPortInUseIsNamed() async throws {
    let logger = logger
    try await AdminFixture.withServer { port in
      let second = AdminServer(configuration: AdminConfiguration(port: port), content: AdminFixture.content(), logger: logger)
      let error = try #require(await #expect(throws: AdminServerError.self) { try await second.run() })
      #expect(error.code == .cannotListen)
      #expect(error.host == "127.0.0.1" && error.port == port)
      #expect(error.description.hasPrefix("cannot listen on admin.host 127.0.0.1, admin.port \(port) ("))
      #expect(error.reason.contains("in use"))
    }
  }

  @Test func anAddressOfAnotherHostIsNamed() async throws {
    // 192.0.2.0/24 is kept for documentation: no interface has it.
    let server = AdminServer(configuration: AdminConfiguration(host: "192.0.2.1", port: 0), content: AdminFixture.content(), logger: logger)
    let error = try #require(await #expect(throws: AdminServerError.self) { try await server.run() })
    #expect(error.code == .cannotListen)
    #expect(error.host == "192.0.2.1")
  }

  @Test func gracefulShutdownEndsItWithAnIdleConnectionOpen() async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = AdminServer(
      configuration: AdminConfiguration(port: 0), content: AdminFixture.content(), logger: logger, onListening: { port.yield($0) })
    let group = ServiceGroup(configuration: .init(services: [.init(service: server, successTerminationBehavior: .ignore)], logger: logger))
    async let run: Void = group.run()
    var iterator = ports.makeAsyncIterator()
    let bound = try #require(await iterator.next())
    try await HTTPTestClient.connect(port: bound) { connection in
      try await connection.send("/livez")
      #expect(try await connection.receive().status == 200)
      await group.triggerGracefulShutdown()
      #expect(try await connection.readToEnd() == "")
    }
    try await run
  }

  @Test func cancellationEndsItWithoutAnError() async throws {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = AdminServer(
      configuration: AdminConfiguration(port: 0), content: AdminFixture.content(), logger: logger, onListening: { port.yield($0) })
    let task = Task { try await server.run() }
    var iterator = ports.makeAsyncIterator()
    _ = await iterator.next()
    task.cancel()
    try await task.value
  }
}
