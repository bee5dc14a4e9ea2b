import CheckoutSession
import Gateway
import NIOCore
import NIOPosix
import Testing

/// Time-outs, cancellation, idle connections, shutdown. The short time-outs are what is tested; nothing waits for time beside them.
@Suite(.timeLimit(.minutes(1))) struct DeadlineTests {
  typealias Support = GatewayTestSupport

  @Test(arguments: ["never answers", "drips the headers", "drips the body"])
  func endsAtTheDeadline(_ behaviour: String) async throws {
    let steps: [ScriptedServer.Step] =
      switch behaviour {
      case "drips the headers": [.send("HTTP/1.1 202 X\r\nA: "), .drip("x")]
      case "drips the body": [.send("HTTP/1.1 202 X\r\nContent-Length: 1000000\r\n\r\n"), .drip(" ")]
      default: []
      }
    try await Support.withServer { request in
      request.connection == 0 ? steps : [.send(Support.accepted)]
    } configure: {
      $0.requestTimeout = .milliseconds(100)
    } run: { client, server in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .requestTimeout)
      #expect(failure.inDoubt)
      #expect(failure.failureClass == .transient)
      await server.wait { _, openCount in openCount == 0 }
    }
  }

  /// A listener that accepts nothing: its backlog is full, so connecting takes for ever.
  @Test func connectTimeoutIsNotInDoubt() async throws {
    let (listener, fillers) = try await Self.fullListener()
    var configuration = Support.configuration(port: listener.localAddress?.port ?? 0)
    configuration.connectTimeout = .milliseconds(100)
    try await Support.withClient(configuration) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .connectFailed)
      #expect(!failure.inDoubt)
      #expect(failure.detail.contains("no connection in time"))
    }
    for channel in fillers + [listener] { try? await channel.close() }
  }

  @Test func refusedAndUnknownHostsAreNotInDoubt() async throws {
    let refusing = try RefusingPort()
    let port = refusing.port
    try await Support.withClient(Support.configuration(port: port)) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .connectFailed)
      #expect(!failure.inDoubt)
      #expect(failure.detail == "127.0.0.1:\(port): connection refused")
    }
    try await Support.withClient(Support.configuration(port: port, scheme: "https", host: "nowhere.invalid")) { client in
      let failure = try #require(await client.createOne().failure)
      #expect(failure.code == .connectFailed)
      #expect(failure.title == "Name not found")
      #expect(!failure.inDoubt)
    }
    withExtendedLifetime(refusing) {}  // held until here, though only its number is used
  }

  @Test func cancelsWhatWaitsAndWhatIsSent() async throws {
    try await Support.withServer { _ in
      []
    } configure: {
      $0.maxConcurrentRequests = 1
    } run: { client, server in
      async let results = client.create(3)
      await server.wait(forRequests: 1)
      client.cancel(ids: [0, 2])
      await server.wait(forRequests: 2)
      client.cancel(ids: [1, 77])
      let byID = Dictionary(uniqueKeysWithValues: await results.map { ($0.id, $0.outcome.failure) })
      #expect(byID.values.allSatisfy { $0?.code == .canceled })
      #expect(byID[0]??.inDoubt == true)
      #expect(byID[1]??.inDoubt == true)
      #expect(byID[2]??.inDoubt == false)
    }
  }

  @Test func closesIdleConnections() async throws {
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } configure: {
      $0.idleTimeout = .milliseconds(20)
    } run: { client, server in
      #expect(await client.createOne().isSuccess)
      await server.wait { _, openCount in openCount == 0 }
      #expect(await client.createOne().isSuccess)
      #expect(server.connectionCount == 2)
    }
  }

  @Test func retiresOldConnections() async throws {
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } configure: {
      $0.maxConnectionAge = .milliseconds(1)
    } run: { client, server in
      #expect(await client.createOne().isSuccess)
      await server.wait { _, openCount in openCount == 0 }
      #expect(await client.createOne().isSuccess)
      #expect(server.connectionCount == 2)
    }
  }

  @Test func aConnectionClosedWhileIdleIsReplaced() async throws {
    try await Support.withServer { _ in
      [.send(Support.accepted)]
    } run: { client, server in
      #expect(await client.createOne().isSuccess)
      await server.perform([.close])
      await server.wait { _, openCount in openCount == 0 }
      // The FIN was sent before the request; whether the client has seen it or not, nothing is lost, and the truth is told.
      switch await client.createOne() {
      case .success: break
      case .failure(let failure): #expect(failure.code == .connectionLost)
      }
      #expect(await client.createOne().isSuccess)
    }
  }

  /// The reset is on the client's socket, and the client's event loop has not looked yet: the kernel refuses the request's bytes.
  @Test func aRequestTheKernelRefusesIsNotInDoubt() async throws {
    let server = try await ScriptedServer { _ in [.send(Support.accepted)] }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let client = try GatewayClient(configuration: Support.configuration(port: server.port), eventLoop: loop)
    #expect(await client.createOne().isSuccess)
    let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Result<CreatedSession, GatewayFailure>, Never>) in
      loop.execute {
        // Holds the client's loop while the server resets.
        let isReset = DispatchlessSemaphore()
        Task {
          await server.perform([.reset])
          isReset.signal()
        }
        isReset.wait()
        client.start([CreateSessionCall(id: 1, merchantIndex: 0, body: [])]) { continuation.resume(returning: $0[0].outcome) }
      }
    }
    let failure = try #require(outcome.failure)
    #expect(failure.code == .connectionLost)
    #expect(!failure.inDoubt)
    #expect(await client.createOne().isSuccess)
    await client.shutdown()
    await server.stop()
    try await group.shutdownGracefully()
  }

  @Test func shutdownLetsCallsEndAndTakesNoMore() async throws {
    let server = try await ScriptedServer { _ in [] }
    let client = try GatewayClient(configuration: Support.configuration(port: server.port))
    async let results = client.create(2)
    await server.wait(forRequests: 2)
    async let shutdown: Void = client.shutdown(grace: .seconds(20))
    // Answered only after the shutdown has begun or will have: both must let the calls end well.
    await server.perform([.send(Support.accepted)])
    #expect(await results.allSatisfy { $0.outcome.isSuccess })
    await shutdown
    await server.wait { _, openCount in openCount == 0 }
    await server.stop()
  }

  @Test func shutdownCallsOffWhatTakesTooLong() async throws {
    try await Support.withServer { _ in
      []
    } run: { client, server in
      async let result = client.createOne()
      await server.wait(forRequests: 1)
      await client.shutdown(grace: .milliseconds(1))
      let failure = try #require(await result.failure)
      #expect(failure.code == .canceled)
      #expect(failure.inDoubt)
    }
  }

  private static func fullListener() async throws -> (any Channel, [any Channel]) {
    // A raw listening socket that nobody accepts from: autoRead off. Backlog 0 leaves room for one connection.
    let listener = try await ServerBootstrap(group: ScriptedServer.group)
      .serverChannelOption(.backlog, value: 0).serverChannelOption(.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    var fillers: [any Channel] = []
    for _ in 0..<4 {
      let filler = try? await ClientBootstrap(group: ScriptedServer.group).connectTimeout(.milliseconds(100))
        .connect(host: "127.0.0.1", port: listener.localAddress?.port ?? 0).get()
      guard let filler else { break }
      fillers.append(filler)
    }
    return (listener, fillers)
  }
}
