import CheckoutSession
import Gateway
import NIOCore
import NIOPosix
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Tokens over the wire: obtained once, refreshed after a refusal once, and what is said when there is none.
@Suite(.timeLimit(.minutes(1))) struct TokenTests {
  typealias Support = GatewayTestSupport

  private static func configuration(_ server: ScriptedServer, merchants: Int = 1) -> GatewayConfiguration {
    var configuration = Support.configuration(port: server.port)
    let token = TokenConfiguration.clientCredentials(
      url: "http://127.0.0.1:\(server.port)/oauth2/token", clientID: "the id", clientSecret: .value(Secret("s&cret")), scope: "a/b:merchant"
    )
    configuration.merchants = (0..<merchants).map {
      MerchantConfiguration(name: "m\($0)", id: "6f0a4d7b-8a55-4f1c-8e4d-5a609b2d7c1\($0)", upstreamEnv: "stage", token: token)
    }
    return configuration
  }

  private static func isTokenRequest(_ request: ScriptedServer.Request) -> Bool { request.head.hasPrefix("POST /oauth2/token ") }

  private static func grant(_ token: String, expiresIn: Int = 3594) -> ScriptedServer.Step {
    .send(Support.answer(200, body: "{\"access_token\":\"\(token)\",\"expires_in\":\(expiresIn),\"token_type\":\"Bearer\"}"))
  }

  @Test func oneRefreshServesAllCallersOfAllMerchants() async throws {
    let server = try await ScriptedServer { request in
      Self.isTokenRequest(request) ? [Self.grant("t1")] : [.send(Support.accepted)]
    }
    try await Support.withClient(Self.configuration(server, merchants: 2)) { client in
      #expect(await client.create(100).allSatisfy { $0.outcome.isSuccess })
      let requests = server.requests
      let tokenRequests = requests.filter(Self.isTokenRequest)
      #expect(tokenRequests.count == 1)
      #expect(tokenRequests.first?.header("Content-Type") == "application/x-www-form-urlencoded")
      #expect(
        tokenRequests.first?.body == "grant_type=client_credentials&client_id=the%20id&client_secret=s%26cret&scope=a%2Fb%3Amerchant")
      #expect(requests.filter { !Self.isTokenRequest($0) }.allSatisfy { $0.header("Authorization") == "Bearer t1" })
    }
    await server.stop()
  }

  /// The gateway refuses the first token and takes the second.
  @Test func aRefusedTokenIsReplacedOnce() async throws {
    let count = Atomic(0)
    let server = try await ScriptedServer { request in
      if Self.isTokenRequest(request) { return [Self.grant("t\(count.add(1, ordering: .relaxed).newValue)")] }
      let isOld = request.header("Authorization") == "Bearer t1"
      return [.send(isOld ? Support.answer(401, body: #"{"title":"UNAUTHORIZED","status":401,"detail":"invalid jwt"}"#) : Support.accepted)]
    }
    try await Support.withClient(Self.configuration(server)) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .tokenExpired)
      #expect(failure.failureClass == .transient)
      #expect(!failure.inDoubt)
      #expect(failure.httpStatus == 401)
      #expect(await client.createOne().isSuccess)
      #expect(count.load(ordering: .relaxed) == 2)
    }
    await server.stop()
  }

  /// The second call waits for the connection while the first one's token is refused: it goes back, and leaves with the next token.
  @Test func aWaitingCallLeavesWithTheNextToken() async throws {
    let count = Atomic(0)
    let server = try await ScriptedServer { request in
      if Self.isTokenRequest(request) { return [Self.grant("t\(count.add(1, ordering: .relaxed).newValue)")] }
      return [.send(request.header("Authorization") == "Bearer t1" ? Support.answer(401) : Support.accepted)]
    }
    var configuration = Self.configuration(server)
    configuration.maxConcurrentRequests = 1
    try await Support.withClient(configuration) { client in
      let results = await client.create(5)
      #expect(results.map(\.outcome.failure?.code) == [.tokenExpired, nil, nil, nil, nil])
      #expect(server.requests.filter { !Self.isTokenRequest($0) }.count == 5)
    }
    await server.stop()
  }

  /// The gateway refuses every token: that is configuration.
  @Test func aFreshTokenRefusedIsConfiguration() async throws {
    let server = try await ScriptedServer { request in
      Self.isTokenRequest(request) ? [Self.grant("t")] : [.send(Support.answer(401, body: #"{"message":"Unauthorized"}"#))]
    }
    try await Support.withClient(Self.configuration(server)) { client in
      #expect(await client.createOne().failure?.code == .tokenExpired)
      let second = try #require(await client.createOne().failure)
      #expect(second.code == .unauthorized)
      #expect(second.failureClass == .configuration)
      let third = try #require(await client.createOne().failure)
      #expect(third.failureClass == .configuration)
    }
    await server.stop()
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var steps: [ScriptedServer.Step]
    var failureClass: GatewayFailure.Class
    var code: GatewayFailure.Code
    var detail: String
  }

  static let refusals: [Refusal] = [
    .init(
      testDescription: "invalid_client", steps: [.send(Support.answer(401, body: #"{"error":"invalid_client"}"#))],
      failureClass: .configuration,
      code: .unauthorized, detail: "invalid_client"),
    .init(
      testDescription: "invalid_scope",
      steps: [.send(Support.answer(400, body: #"{"error":"invalid_scope","error_description":"no such scope"}"#))],
      failureClass: .configuration, code: .unauthorized, detail: "invalid_scope"),
    .init(
      testDescription: "repeats the secret",
      steps: [.send(Support.answer(401, body: #"{"error":"invalid_client","error_description":"no client the id with s&cret"}"#))],
      failureClass: .configuration, code: .unauthorized, detail: "(invalid_client)"),
    .init(
      testDescription: "repeats the secret as a code", steps: [.send(Support.answer(401, body: #"{"error":"s&cret"}"#))],
      failureClass: .configuration, code: .unauthorized, detail: "(it answered 401)"),
    .init(
      testDescription: "404", steps: [.send(Support.answer(404))], failureClass: .configuration, code: .unauthorized,
      detail: "gateway.token.url"),
    .init(testDescription: "500", steps: [.send(Support.answer(500))], failureClass: .transient, code: .tokenUnavailable, detail: "500"),
    .init(
      testDescription: "429", steps: [.send(Support.answer(429, headers: "Retry-After: 7\r\n"))], failureClass: .transient,
      code: .tokenUnavailable, detail: "429"),
    .init(testDescription: "closed", steps: [.close], failureClass: .transient, code: .tokenUnavailable, detail: "token endpoint"),
    .init(
      testDescription: "HTML", steps: [.send(Support.answer(200, body: "<html>"))], failureClass: .transient, code: .tokenUnavailable,
      detail: "HTML"),
    .init(
      testDescription: "line break in the token", steps: [.send(Support.answer(200, body: #"{"access_token":"a\r\nX-Evil: 1"}"#))],
      failureClass: .transient, code: .tokenUnavailable, detail: "access_token"),
  ]

  /// One attempt serves all waiting calls. (That the next attempt waits is `TokenLifecycleTests`' to show.)
  @Test(arguments: refusals) func withoutATokenNothingIsSent(_ refusal: Refusal) async throws {
    let server = try await ScriptedServer { _ in refusal.steps }
    try await Support.withClient(Self.configuration(server)) { client in
      let failures = await client.create(6).compactMap(\.outcome.failure)
      #expect(failures.count == 6)
      for failure in failures {
        #expect(failure.failureClass == refusal.failureClass)
        #expect(failure.code == refusal.code)
        #expect(failure.detail.contains(refusal.detail))
        #expect(!failure.inDoubt)
        #expect(!failure.detail.contains("s&cret"))
      }
      #expect(server.requests.count == 1)
    }
    await server.stop()
  }

  @Test func waitingForATokenCanBeCalledOff() async throws {
    let server = try await ScriptedServer { _ in [] }
    try await Support.withClient(Self.configuration(server)) { client in
      async let result = client.createOne(id: 5)
      await server.wait(forRequests: 1)
      client.cancel(ids: [5])
      let failure = try #require(await result.failure)
      #expect(failure.code == .canceled)
      #expect(!failure.inDoubt)
    }
    await server.stop()
  }

  @Test func aFileIsReadAndReadAgainAfterARefusal() async throws {
    let file = try TemporaryFile(" first \n")
    let server = try await ScriptedServer { request in
      request.header("Authorization") == "Bearer second" ? [.send(Support.accepted)] : [.send(Support.answer(401))]
    }
    var configuration = Support.configuration(port: server.port)
    configuration.merchants[0].token = .file(path: file.path)
    try await Support.withClient(configuration) { client in
      #expect(await client.probe().isSuccess)
      try file.write("second")
      // Either the second text is read right away, or the first is refused once.
      let first = await client.createOne()
      if let failure = first.failure { #expect(failure.code == .tokenExpired) }
      #expect(await client.createOne().isSuccess)
    }
    await server.stop()
  }

  /// The secret was replaced: the next token is asked for with the new one.
  @Test func theClientSecretIsReadForEveryToken() async throws {
    let file = try TemporaryFile("old&\n")
    let server = try await ScriptedServer { _ in [Self.grant("t")] }
    var configuration = Self.configuration(server)
    configuration.merchants[0].token = .clientCredentials(
      url: "http://127.0.0.1:\(server.port)/oauth2/token", clientID: "id", clientSecret: .file(path: file.path), scope: "all")
    try await Support.withClient(configuration) { client in
      #expect(await client.probe().isSuccess)
      try file.write(" new one")
      #expect(await client.probe().isSuccess)
      #expect(
        server.requests.map(\.body)
          == ["old%26", "new%20one"].map {
            "grant_type=client_credentials&client_id=id&client_secret=\($0)&scope=all"
          })
    }
    await server.stop()
  }

  @Test(arguments: [nil, "", " \n", String(repeating: "s", count: 17_000)]) func aBadClientSecretFileIsConfiguration(_ text: String?)
    async throws
  {
    let file = try TemporaryFile(text ?? "")
    let path = text == nil ? file.path + ".missing" : file.path
    var configuration = Support.configuration(port: 1)
    configuration.merchants[0].token = .clientCredentials(
      url: "http://127.0.0.1:1/token", clientID: "id", clientSecret: .file(path: path), scope: nil)
    try await Support.withClient(configuration) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.failureClass == .configuration)
      #expect(failure.code == .unauthorized)
      #expect(failure.detail.hasPrefix("the client secret file \(path) "))
      #expect(!failure.detail.contains("ssss"))
    }
  }

  @Test(arguments: ["", "two words", "b\u{e4}d"]) func aBadFileIsConfiguration(_ text: String) async throws {
    let file = try TemporaryFile(text)
    var configuration = Support.configuration(port: 1)
    configuration.merchants[0].token = .file(path: file.path)
    try await Support.withClient(configuration) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.failureClass == .configuration)
      #expect(failure.code == .unauthorized)
    }
  }

  /// The calls after a probe use its token: they neither ask again nor wait.
  @Test func theProbesTokenIsTheFirst() async throws {
    let count = Atomic(0)
    let server = try await ScriptedServer { request in
      if Self.isTokenRequest(request) { return [Self.grant("t\(count.add(1, ordering: .relaxed).newValue)")] }
      return [.send(Support.accepted)]
    }
    try await Support.withClient(Self.configuration(server)) { client in
      #expect(await client.probe().isSuccess)
      #expect(await client.create(10).allSatisfy { $0.outcome.isSuccess })
      #expect(count.load(ordering: .relaxed) == 1)
      let calls = server.requests.filter { !Self.isTokenRequest($0) }
      #expect(calls.allSatisfy { $0.header("Authorization") == "Bearer t1" })
      #expect(await client.probe().isSuccess)
      #expect(await client.createOne().isSuccess)
      #expect(count.load(ordering: .relaxed) == 2)
      #expect(server.requests.last?.header("Authorization") == "Bearer t2")
    }
    await server.stop()
  }

  /// The token comes later than calls may wait for it: they go back unsent, and go through when they come again.
  @Test func callsThatWaitedTooLongAreNotSentInOneBunch() async throws {
    let server = try await ScriptedServer { request in
      if Self.isTokenRequest(request) { return [] }
      return [.send(Support.accepted)]
    }
    var configuration = Self.configuration(server)
    configuration.tokenWaitMax = .milliseconds(1)
    try await Support.withClient(configuration) { client in
      async let results = client.create(10)
      await server.wait(forRequests: 1)
      let asked = ContinuousClock.now
      while ContinuousClock.now - asked < .milliseconds(5) { await Task.yield() }
      await server.perform([Self.grant("t")])
      for result in await results {
        let failure = try #require(result.outcome.failure)
        #expect(failure.code == .tokenLate)
        #expect(failure.failureClass == .transient)
        #expect(!failure.inDoubt)
      }
      #expect(server.requests.count == 1)
      #expect(await client.createOne().isSuccess)
      #expect(server.requests.count == 2)
    }
    await server.stop()
  }

  /// A file system that hangs (here: a FIFO nobody writes to) holds up no shutdown, and the calls behind it are told.
  @Test func aShutdownAnswersCallsThatWaitForAFile() async throws {
    let file = try TemporaryFile("")
    try #require(unlink(file.path) == 0 && mkfifo(file.path, 0o600) == 0)
    var configuration = Support.configuration(port: 1)
    configuration.merchants[0].token = .file(path: file.path)
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let client = try GatewayClient(configuration: configuration, eventLoop: eventLoop)
    let codes = Mutex<[GatewayFailure.Code?]>([])
    client.start([CreateSessionCall(id: 1, merchantIndex: 0, body: [])]) { results in
      codes.withLock { $0 += results.map(\.outcome.failure?.code) }
    }
    await client.shutdown()
    // Results are delivered at the end of the tick in which they came.
    try await eventLoop.submit {}.get()
    #expect(codes.withLock { $0 } == [.canceled])
    // Lets the reading thread go.
    close(open(file.path, O_RDWR | O_CLOEXEC))
  }

  @Test func theProbeSaysWhatFails() async throws {
    let server = try await ScriptedServer { _ in [.send(Support.answer(401, body: #"{"error":"invalid_client"}"#))] }
    try await Support.withClient(Self.configuration(server, merchants: 2)) { client in
      let report = await client.probe()
      #expect(report.findings.map(\.subject) == ["gateway 127.0.0.1:\(server.port)", "token of merchant m0"])
      #expect(report.findings.map { $0.failure?.code } == [nil, .unauthorized])
    }
    await server.stop()
    let refusing = try RefusingPort()
    try await Support.withClient(Support.configuration(port: refusing.port)) { client in
      #expect(await client.probe().findings.first?.failure?.detail == "127.0.0.1:\(refusing.port): connection refused")
    }
  }
}
