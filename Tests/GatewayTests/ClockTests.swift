import CheckoutSession
import Metrics
import MetricsTestKit
import NIOCore
import Synchronization
import Testing

@testable import Gateway

/// The `Date` of answers: what is read of it, and what it does.
@Suite(.timeLimit(.minutes(1))) struct ClockTests {
  typealias Support = GatewayTestSupport

  /// 2023-11-14T22:13:20Z: what this host's clock shows in these tests.
  private static let hostNow = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

  /// How far the gateway is ahead, and its `Date`.
  private static func date(_ ahead: Int) -> String {
    switch ahead {
    case 0: "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
    case 600: "Date: Tue, 14 Nov 2023 22:23:20 GMT\r\n"
    case -600: "Date: Tue, 14 Nov 2023 22:03:20 GMT\r\n"
    default: "Date: yesterday\r\n"
    }
  }

  private static func accepted(_ headers: String) -> String {
    Support.answer(
      202, headers: headers,
      body:
        "{\"url\":\"/sessions/\(Support.sessionID)\",\"data\":{\"sessionId\":\"\(Support.sessionID)\",\"hostedUrl\":\"\(Support.hostedURL)\"}}"
    )
  }

  @Test(
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("sun, 06 nov 1994 08:49:37 gmt", 784_111_777),
      ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Now 1994 08:49:37 GMT", nil),
      ("Sun, 30 Feb 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 24:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
      ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil), ("Sun, 6 Nov 1994 08:49:37 GMT", nil), ("", nil),
      ("Sun, 0x Nov 1994 08:49:37 GMT", nil), ("Sun; 06 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08-49:37 GMT", nil),
    ] as [(String, Int64?)])
  func readsDates(_ text: String, _ seconds: Int64?) throws {
    var parser = ResponseParser(headerBytesMax: 4096, bodyBytesMax: 1000)
    for (age, expected) in [("", seconds), ("AGE: 0\r\n", nil)] as [(String, Int64?)] {
      var buffer = ByteBuffer(string: "HTTP/1.1 200 OK\r\nDATE:  \(text) \r\n\(age)Content-Length: 0\r\n\r\n")
      guard case .answer(let answer) = try parser.consume(&buffer) else { throw NoAnswer() }
      #expect(answer.date == expected.map { Timestamp(millisecondsSinceEpoch: $0 * 1000) })
    }
  }

  private struct NoAnswer: Error {}

  @Test(
    "a session is made by the gateway's clock if ours is wrong, and by ours if it says none",
    arguments: [(0, 0), (600, 600), (-600, -600), (1, 0)] as [(Int, Int)])
  func created(_ ahead: Int, _ expected: Int) async throws {
    try await Support.withServer { _ in
      [.send(Self.accepted(Self.date(ahead)))]
    } run: { client, _ in
      let session = try await client.createOne().get()
      let correction = session.createdAt - Self.hostNow
      // The call's duration is taken off; it is short, but not nothing.
      #expect(correction <= .seconds(expected) && correction > .seconds(expected - 20))
      #expect(expected != 0 || correction == .zero)
      #expect(session.expiresAt == session.createdAt + CreatedSession.lifetime)
      // What is compared with the session's times goes by the same clock: its remaining lifetime is right at once.
      let remaining = session.expiresAt - client.clock.now()
      #expect(remaining > .seconds(900 - 25) && remaining <= .seconds(900))
    }
  }

  @Test("one node of the gateway whose clock is wrong dates no session", arguments: [600, -600])
  func oneWrongNode(_ wrong: Int) async throws {
    // Three answers of different seconds agree with this host, the fourth comes from elsewhere.
    let dates = ["18", "19", "20"].map { "Date: Tue, 14 Nov 2023 22:13:\($0) GMT\r\n" } + [Self.date(wrong)]
    let answered = Mutex(0)
    try await Support.withServer { _ in
      let index = answered.withLock { answered in
        defer { answered += 1 }
        return answered
      }
      return [.send(Self.accepted(dates[min(index, 3)]))]
    } run: { client, _ in
      for _ in dates {
        let session = try await client.createOne().get()
        #expect(session.createdAt == Self.hostNow)
      }
    }
  }

  @Test("a clock that is set while a call is under way dates no session", arguments: [600, -600])
  func setMeanwhile(_ step: Int) async throws {
    let error = Mutex(Duration.zero)
    let server = try await ScriptedServer { _ in
      error.withLock { $0 = .seconds(step) }
      return [.send(Self.accepted(Self.date(step)))]
    }
    let client = try GatewayClient(
      configuration: Support.configuration(port: server.port), wallClock: WallClock { Self.hostNow + error.withLock { $0 } })
    // It was wrong when the call left, and is right when its answer comes.
    let session = try await client.createOne().get()
    #expect(session.createdAt <= Self.hostNow + .seconds(step) && session.createdAt > Self.hostNow + .seconds(step - 20))
    await client.shutdown()
    await server.stop()
  }

  @Test(
    "reads tell the gateway's time if it is the gateway's own word",
    arguments: [
      (200, "{\"id\":\"\(Support.sessionID)\",\"status\":\"CREATED\"}", true),
      (401, #"{"title":"SESSION_TIMEOUT","status":401,"detail":"Your session is no longer valid"}"#, true),
      (404, #"{"title":"NOT_FOUND","status":404,"detail":"Session Id not found"}"#, true), (500, "", false), (429, "", false),
      (403, "<html></html>", false), (200, "<html></html>", true),
    ])
  func read(_ status: Int, _ body: String, _ tells: Bool) async throws {
    let id = try #require(SessionID(Support.sessionID))
    try await Support.withServer { _ in
      [.send(Support.answer(status, headers: Self.date(600), body: body))]
    } run: { client, _ in
      let results = await withCheckedContinuation { continuation in
        client.startReads([ReadSessionCall(id: 1, merchantIndex: 0, sessionID: id)]) { continuation.resume(returning: $0) }
      }
      #expect(results.map(\.gatewayDate) == [tells ? Self.hostNow + .seconds(600) : nil])
      #expect((client.clockSkew != nil) == tells && client.isTimeKnown == tells)
    }
  }

  @Test("a gateway that answers without its time has none to wait for")
  func silent() async throws {
    try await Support.withServer { _ in
      [.send(Support.answer(404, body: #"{"title":"NOT_FOUND","status":404,"detail":"Session Id not found"}"#))]
    } run: { client, _ in
      await withCheckedContinuation { done in client.askTime { done.resume() } }
      #expect(client.isTimeKnown && client.clockSkew == nil)
    }
  }

  @Test("a wrong clock is warned of once, and its being right again is said; the gauge says by how much")
  func warning() async throws {
    let (log, metrics) = (LogRecorder(), TestMetrics())
    let error = Mutex(Duration.zero)
    let server = try await ScriptedServer { _ in [.send(Self.accepted(Self.date(600)))] }
    let client = try GatewayClient(
      configuration: Support.configuration(port: server.port), wallClock: WallClock { Self.hostNow + error.withLock { $0 } },
      logger: log.logger, metrics: metrics)
    for _ in 0..<3 { _ = await client.createOne() }
    #expect(client.clock.now() >= Self.hostNow + .seconds(599))
    error.withLock { $0 = .seconds(600) }
    for _ in 0..<2 { _ = await client.createOne() }
    #expect(client.clock.now() == Self.hostNow + .seconds(600))
    await client.shutdown()
    await server.stop()
    #expect(log.text.split(separator: "\n").count { $0.hasPrefix("warning the clock of this host differs") } == 1)
    #expect(log.text.split(separator: "\n").count { $0.hasPrefix("notice the clock of this host agrees") } == 1)
    let values = try metrics.expectGauge("checkout_gateway_clock_skew_seconds").values
    #expect(values.contains { $0 > 590 && $0 < 605 } && (values.last ?? 99) < 10)
  }

  @Test("asking for the time makes no session")
  func asking() async throws {
    try await Support.withServer { _ in
      [.send(Support.answer(404, headers: Self.date(-600), body: #"{"title":"NOT_FOUND","status":404,"detail":"Session Id not found"}"#))]
    } run: { client, server in
      #expect(!client.isTimeKnown)
      await withCheckedContinuation { done in client.askTime { done.resume() } }
      #expect(client.isTimeKnown)
      let skew = try #require(client.clockSkew)
      #expect(skew < .seconds(-590) && skew > .seconds(-610))
      #expect(server.requests.map { String($0.head.prefix(13)) } == ["GET /base/v1/"])
    }
  }
}
