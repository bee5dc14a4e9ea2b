import CheckoutSession
import Gateway
import Synchronization
import Testing

/// POSTs over plain HTTP against a server that behaves, and against servers that do not.
@Suite(.timeLimit(.minutes(1))) struct TransportTests {
  typealias Support = GatewayTestSupport
  typealias Step = ScriptedServer.Step

  @Test func sendsWhatTheContractSays() async throws {
    let trace = try #require(
      TraceContext(traceparent: Array("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".utf8), tracestate: Array("a=b".utf8)))
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } run: { client, server in
      let session = try await client.createOne(body: "{\"config\":1}", trace: trace).get()
      #expect(session.sessionID.rawValue == Support.sessionID)
      #expect(session.hostedURL == Support.hostedURL)
      #expect(session.createdAt == Timestamp(millisecondsSinceEpoch: 1_700_000_000_000))
      let request = try #require(server.requests.first)
      #expect(request.head.hasPrefix("POST /base/v1/sessions HTTP/1.1\r\n"))
      #expect(request.header("Host") == "127.0.0.1:\(server.port)")
      #expect(request.header("X-Merchant-Id") == Support.merchantID)
      #expect(request.header("X-Upstream-Env") == "stage-x")
      #expect(request.header("Content-Type") == "application/json")
      #expect(request.header("Authorization") == "Bearer the-token")
      #expect(request.header("traceparent") == trace.traceparent)
      #expect(request.header("tracestate") == "a=b")
      #expect(request.body == "{\"config\":1}")
    }
  }

  @Test func keepsConnectionsAliveAndQueuesInOrder() async throws {
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } configure: {
      $0.maxConcurrentRequests = 1
    } run: { client, server in
      let results = await client.create(50)
      #expect(results.map(\.id) == Array(0..<50))
      #expect(results.allSatisfy { $0.outcome.isSuccess })
      #expect(server.connectionCount == 1)
    }
  }

  @Test func opensNoMoreConnectionsThanAllowed() async throws {
    try await Support.withServer { _ in
      []
    } configure: {
      $0.maxConcurrentRequests = 3
    } run: { client, server in
      async let results = client.create(10)
      await server.wait(forRequests: 3)
      #expect(server.connectionCount == 3)
      client.cancelAll()
      let outcomes = await results
      #expect(outcomes.count(where: { $0.outcome.failure?.inDoubt == true }) == 3)
      let codes = outcomes.map(\.outcome.failure?.code)
      #expect(codes == Array(repeating: .canceled, count: 10))
    }
  }

  @Test func deliversInBatchesAndMayStartFromThere() async throws {
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } run: { client, _ in
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        client.start([CreateSessionCall(id: 1, merchantIndex: 0, body: [])]) { first in
          #expect(first.map(\.id) == [1])
          client.start([CreateSessionCall(id: 2, merchantIndex: 0, body: [])]) { second in
            #expect(second.map(\.id) == [2])
            continuation.resume()
          }
        }
      }
    }
  }

  /// An answer that is right, in every shape HTTP/1.1 allows.
  @Test(arguments: ["chunked", "untilClose", "http10", "continue", "earlyHints", "close", "split", "extension"])
  func readsEveryFraming(_ shape: String) async throws {
    let body = Support.accepted.split(separator: "\r\n\r\n").last.map(String.init) ?? ""
    let half = body.index(body.startIndex, offsetBy: body.count / 2)
    let steps: [Step] =
      switch shape {
      case "chunked":
        [
          .send("HTTP/1.1 202 X\r\nTransfer-Encoding: chunked\r\n\r\n"), .send("\(String(body[..<half].utf8.count, radix: 16))\r\n"),
          .send(body[..<half] + "\r\n\(String(body[half...].utf8.count, radix: 16))\r\n\(body[half...])\r\n0\r\nX-T: 1\r\n\r\n"),
        ]
      case "extension":
        [.send("HTTP/1.1 202 X\r\ntransfer-encoding: Chunked\r\n\r\n\(String(body.utf8.count, radix: 16)) ;a=b\r\n\(body)\r\n0\r\n\r\n")]
      case "untilClose": [.send("HTTP/1.1 202 X\r\n\r\n\(body)"), .close]
      case "http10": [.send("HTTP/1.0 202 X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"), .close]
      case "continue": [.send("HTTP/1.1 100 Continue\r\n\r\n" + Support.accepted)]
      case "earlyHints": [.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 102 P\r\n\r\n"), .send(Support.accepted)]
      case "close": [.send(Support.accepted.replacing("\r\n\r\n", with: "\r\nConnection: foo, Close\r\n\r\n", maxReplacements: 1)), .close]
      default: Support.accepted.map { .send(String($0)) }
      }
    try await Support.withServer { _ in
      steps
    } run: { client, server in
      for _ in 0..<2 { #expect(await client.createOne().isSuccess) }
      let isReused = ["chunked", "extension", "continue", "earlyHints", "split"].contains(shape)
      #expect(server.connectionCount == (isReused ? 1 : 2))
    }
  }

  struct Misbehaviour: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var steps: [Step]
    var code: GatewayFailure.Code
    var inDoubt = true
    var status: Int?
  }

  static let misbehaviours: [Misbehaviour] = [
    .init(testDescription: "closes without an answer", steps: [.close], code: .connectionLost),
    .init(testDescription: "resets without an answer", steps: [.reset], code: .connectionLost),
    .init(testDescription: "half closes without an answer", steps: [.closeOutput], code: .connectionLost),
    .init(testDescription: "closes inside the headers", steps: [.send("HTTP/1.1 202 X\r\nContent-"), .close], code: .connectionLost),
    .init(
      testDescription: "cuts the body", steps: [.send("HTTP/1.1 202 X\r\nContent-Length: 99\r\n\r\n{"), .close], code: .badAnswer,
      status: 202),
    .init(
      testDescription: "cuts a chunk", steps: [.send("HTTP/1.1 202 X\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"), .close],
      code: .badAnswer,
      status: 202),
    .init(
      testDescription: "breaks the chunks", steps: [.send("HTTP/1.1 202 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")], code: .badAnswer,
      status: 202),
    .init(testDescription: "garbage", steps: [.send("SSH-2.0-OpenSSH_9.2p1 Debian\r\n")], code: .badAnswer),
    .init(
      testDescription: "length and chunks", steps: [.send("HTTP/1.1 202 X\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n")],
      code: .badAnswer),
    .init(
      testDescription: "two lengths", steps: [.send("HTTP/1.1 202 X\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc")],
      code: .badAnswer),
    .init(
      testDescription: "endless headers", steps: [.send("HTTP/1.1 202 X\r\n" + String(repeating: "X-A: b\r\n", count: 10_000))],
      code: .badAnswer),
    .init(
      testDescription: "one endless header", steps: [.send("HTTP/1.1 202 X\r\nA: " + String(repeating: "b", count: 70_000))],
      code: .badAnswer),
    .init(
      testDescription: "endless interim answers", steps: [.send(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 3000))],
      code: .badAnswer),
    .init(testDescription: "switches protocols", steps: [.send("HTTP/1.1 101 X\r\n\r\n")], code: .badAnswer),
    .init(
      testDescription: "announces too much", steps: [.send("HTTP/1.1 202 X\r\nContent-Length: 1048577\r\n\r\n")], code: .badAnswer,
      status: 202),
    .init(
      testDescription: "sends too much", steps: [.send("HTTP/1.1 202 X\r\n\r\n" + String(repeating: " ", count: 1_048_577))],
      code: .badAnswer,
      status: 202),
    .init(
      testDescription: "redirects", steps: [.send(Support.answer(302, headers: "Location: https://x.example/\r\n"))], code: .badAnswer,
      inDoubt: false, status: 302),
    .init(testDescription: "no content", steps: [.send("HTTP/1.1 204 X\r\n\r\n")], code: .badAnswer, status: 204),
    .init(testDescription: "reset content", steps: [.send("HTTP/1.1 205 X\r\n\r\n")], code: .badAnswer, status: 205),
    .init(
      testDescription: "not modified with a length", steps: [.send("HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n")], code: .badAnswer,
      inDoubt: false, status: 304),
    .init(testDescription: "HTML", steps: [.send(Support.answer(202, body: "<html></html>"))], code: .badAnswer, status: 202),
    .init(testDescription: "empty 202", steps: [.send(Support.answer(202))], code: .badAnswer, status: 202),
    .init(
      testDescription: "a stranger's host", steps: [.send(Support.accepted.replacing("wallet.example", with: "evilet.example"))],
      code: .untrustedAnswer, status: 202),
    .init(
      testDescription: "500 cut short", steps: [.send("HTTP/1.1 500 X\r\nContent-Length: 99\r\n\r\n{\"ti"), .close], code: .serverError,
      status: 500),
    .init(
      testDescription: "400 cut short", steps: [.send("HTTP/1.1 400 X\r\nContent-Length: 99\r\n\r\n{\"ti"), .close], code: .invalidRequest,
      inDoubt: false, status: 400),
  ]

  /// After each of them the next call works, on a connection that carries nothing of the last one.
  @Test(arguments: misbehaviours) func survives(_ misbehaviour: Misbehaviour) async throws {
    let isFirst = Atomic(true)
    try await Support.withServer { _ in
      isFirst.exchange(false, ordering: .relaxed) ? misbehaviour.steps : [.send(Support.accepted)]
    } run: { client, server in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == misbehaviour.code)
      #expect(failure.inDoubt == misbehaviour.inDoubt)
      #expect(failure.httpStatus == misbehaviour.status)
      #expect(failure.failureClass == (misbehaviour.code == .invalidRequest ? .permanent : .transient))
      #expect(await client.createOne().isSuccess)
      #expect(server.requests.count == 2)
    }
  }

  @Test func dropsAConnectionWithBytesBehindTheAnswer() async throws {
    try await Support.withServer { request in
      [.send(Support.accepted + (request.connection == 0 ? "HTTP/1.1 202 X\r\n" : ""))]
    } run: { client, server in
      #expect(await client.createOne().isSuccess)
      #expect(await client.createOne().isSuccess)
      #expect(server.requests.map(\.connection) == [0, 1])
    }
  }

  @Test func dropsAnIdleConnectionThatSpeaks() async throws {
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } run: { client, server in
      #expect(await client.createOne().isSuccess)
      await server.perform([.send(Support.accepted)])
      await server.wait { _, openCount in openCount == 0 }
      #expect(await client.createOne().isSuccess)
      #expect(server.requests.map(\.connection) == [0, 1])
    }
  }
}
