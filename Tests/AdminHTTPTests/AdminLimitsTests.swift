import Telemetry
import Testing

@testable import AdminHTTP

@Suite(.timeLimit(.minutes(1))) struct AdminLimitsTests {
  @Test func keepsConnectionsAlive() async throws {
    try await AdminFixture.withServer { port in
      try await HTTPTestClient.connect(port: port) { connection in
        for _ in 0..<3 {
          try await connection.send("/livez")
          #expect(try await connection.receive().status == 200)
        }
      }
    }
  }

  @Test(arguments: [
    "GET /livez HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 4096) + "\r\n\r\n",
    "GET /livez HTTP/1.1\r\nHost: a\r\n" + (0..<50).map { "X\($0): y\r\n" }.joined() + "\r\n",
    "GET /livez HTTP/1.1\r\nbroken header\r\n\r\n",
    "nonsense\r\n\r\n",
  ])
  func headsBeyondTheBoundAreRefusedAndTheConnectionClosed(request: String) async throws {
    try await AdminFixture.withServer(configure: { configuration in
      configuration.headerBytesMax = 1024
      configuration.headersMax = 20
    }) { port in
      let answer = try await HTTPTestClient.connect(port: port) { connection in
        try await connection.send(raw: request)
        return try await connection.readToEnd()
      }
      #expect(answer.hasPrefix("HTTP/1.1 400 "))
      #expect(try await HTTPTestClient.get("/livez", port: port).status == 200)
    }
  }

  @Test(arguments: ["", "GET /livez HT", "GET /livez HTTP/1.1\r\nHost: a\r\n"])
  func idleAndHalfSentConnectionsAreClosed(start: String) async throws {
    try await AdminFixture.withServer(configure: { $0.idleTimeout = .milliseconds(50) }) { port in
      try await HTTPTestClient.connect(port: port) { connection in
        if !start.isEmpty { try await connection.send(raw: start) }
        #expect(try await connection.readToEnd().contains("200") == false)
      }
    }
  }

  @Test func connectionsBeyondTheBoundWait() async throws {
    let order = RecordingLogSink()
    try await AdminFixture.withServer(configure: { $0.connectionsMax = 1 }) { port in
      let second = try await HTTPTestClient.connect(port: port) { first in
        try await first.send("/livez")
        _ = try await first.receive()
        let second = Task {
          let answer = try await HTTPTestClient.get("/livez", port: port)
          order.write(line: Array("second answered \(answer.status)".utf8))
        }
        // Enough exchanges for the second connection to be answered in between if it were let in.
        for _ in 0..<50 {
          try await first.send("/livez")
          _ = try await first.receive()
        }
        order.write(line: Array("first done".utf8))
        return second
      }
      try await second.value
    }
    #expect(order.lines == ["first done", "second answered 200"])
  }
}
