import CheckoutSession
import Gateway
import Testing

/// `GET /sessions/{id}`.
@Suite(.timeLimit(.minutes(1))) struct ReadTests {
  typealias Support = GatewayTestSupport

  @Test func readsASession() async throws {
    let id = try #require(SessionID(Support.sessionID))
    try await Support.withServer { _ in
      [.send(Support.answer(200, body: "{\"id\":\"\(Support.sessionID)\",\"status\":\"CREATED\"}"))]
    } run: { client, server in
      let snapshot = try await client.session(id)
      #expect(snapshot.status == .created)
      let request = try #require(server.requests.first)
      #expect(request.head.hasPrefix("GET /base/v1/sessions/\(Support.sessionID) HTTP/1.1\r\n"))
      #expect(request.header("X-Merchant-Id") == Support.merchantID)
      #expect(request.header("Authorization") == "Bearer the-token")
      #expect(request.header("Content-Length") == nil)
    }
  }

  /// The 401 that is the session's end is no refusal of the token.
  @Test func aSessionTimeoutIsNotATokenRefused() async throws {
    let id = try #require(SessionID(Support.sessionID))
    try await Support.withServer { _ in
      [.send(Support.answer(401, body: #"{"title":"SESSION_TIMEOUT","status":401,"detail":"Your session is no longer valid"}"#))]
    } run: { client, _ in
      for _ in 0..<3 {
        let failure = try await #require(throws: GatewayFailure.self) { try await client.session(id) }
        #expect(failure.code == .sessionTimeout)
        #expect(failure.failureClass == .permanent)
      }
    }
  }

  @Test func readsInBatchesAndIsNeverInDoubt() async throws {
    let id = try #require(SessionID(Support.sessionID))
    try await Support.withServer { request in
      request.index == 0 ? [.close] : [.send(Support.answer(500))]
    } run: { client, _ in
      let calls = (0..<4).map { ReadSessionCall(id: $0, merchantIndex: 0, sessionID: id) }
      let results = await withCheckedContinuation { continuation in
        client.startReads([calls[0]]) { continuation.resume(returning: $0) }
      }
      #expect(results.map(\.id) == [0])
      #expect(results[0].outcome.failure?.code == .connectionLost)
      #expect(results[0].outcome.failure?.inDoubt == false)
    }
  }

  @Test func cancellingTheTaskCallsItOff() async throws {
    let id = try #require(SessionID(Support.sessionID))
    try await Support.withServer { _ in
      []
    } run: { client, server in
      let task = Task { try await client.session(id) }
      await server.wait(forRequests: 1)
      task.cancel()
      let failure = try await #require(throws: GatewayFailure.self) { try await task.value }
      #expect(failure.code == .canceled)
    }
  }

  @Test func anAnswerAboutAnotherSessionIsNotBelieved() async throws {
    let id = try #require(SessionID("11111111-2222-4333-8444-555555555555"))
    try await Support.withServer { _ in
      [.send(Support.answer(200, body: "{\"id\":\"\(Support.sessionID)\",\"status\":\"COMPLETED\"}"))]
    } run: { client, _ in
      let failure = try await #require(throws: GatewayFailure.self) { try await client.session(id) }
      #expect(failure.code == .untrustedAnswer)
    }
  }
}
