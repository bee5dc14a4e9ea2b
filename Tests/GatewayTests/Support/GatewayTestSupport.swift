import CheckoutSession
import Gateway
import Logging
import Synchronization

/// What the tests of the client share.
enum GatewayTestSupport {
  static let merchantID = "6f0a4d7b-8a55-4f1c-8e4d-5a609b2d7c1e"
  static let sessionID = "9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60"
  static let hostedURL = "https://wallet.example/app?checkoutSessionId=\(sessionID)&appEnv=stage"

  /// A good answer to a POST.
  static var accepted: String {
    answer(202, body: "{\"url\":\"/sessions/\(sessionID)\",\"data\":{\"sessionId\":\"\(sessionID)\",\"hostedUrl\":\"\(hostedURL)\"}}")
  }

  /// An answer with a length.
  static func answer(_ status: Int, headers: String = "", body: String = "") -> String {
    "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// A configuration for a server on this machine.
  static func configuration(port: Int, scheme: String = "http", host: String = "127.0.0.1") -> GatewayConfiguration {
    var configuration = GatewayConfiguration(
      baseURL: "\(scheme)://\(host):\(port)/base/v1", hostedURLOrigin: "https://wallet.example",
      merchants: [
        MerchantConfiguration(name: "main", id: merchantID, upstreamEnv: "stage-x", token: .fixed(Secret("the-token")))
      ])
    configuration.requestTimeout = .seconds(20)
    configuration.connectTimeout = .seconds(10)
    // A busy machine must not turn first calls into late ones.
    configuration.tokenWaitMax = .seconds(20)
    return configuration
  }

  /// A client that is shut down after `body`.
  static func withClient<Value>(
    _ configuration: GatewayConfiguration, wallClock: WallClock = WallClock { Timestamp(millisecondsSinceEpoch: 1_700_000_000_000) },
    _ body: (GatewayClient) async throws -> Value
  ) async throws -> Value {
    let client = try GatewayClient(configuration: configuration, wallClock: wallClock)
    do {
      let value = try await body(client)
      await client.shutdown(grace: .zero)
      return value
    } catch {
      await client.shutdown(grace: .zero)
      throw error
    }
  }

  /// A server with one behaviour and a client for it.
  static func withServer<Value>(
    onAccept: @escaping @Sendable (Int) -> [ScriptedServer.Step] = { _ in [] },
    _ onRequest: @escaping @Sendable (ScriptedServer.Request) -> [ScriptedServer.Step],
    configure: (inout GatewayConfiguration) -> Void = { _ in },
    run body: (GatewayClient, ScriptedServer) async throws -> Value
  ) async throws -> Value {
    let server = try await ScriptedServer(onAccept: onAccept, onRequest: onRequest)
    var configuration = configuration(port: server.port)
    configure(&configuration)
    let value = try await withClient(configuration) { try await body($0, server) }
    await server.stop()
    return value
  }
}

extension GatewayClient {
  /// Makes calls with the ids `0..<count` and waits for all results.
  func create(_ count: Int, from first: UInt64 = 0, body: String = "{}", trace: TraceContext? = nil) async -> [CreateSessionResult] {
    let gathered = Mutex<[CreateSessionResult]>([])
    return await withCheckedContinuation { continuation in
      let calls = (0..<UInt64(count)).map {
        CreateSessionCall(id: first + $0, merchantIndex: 0, body: Array(body.utf8)[...], traceContext: trace)
      }
      start(calls) { results in
        let all = gathered.withLock { gathered in
          gathered += results
          return gathered.count == count ? gathered : nil
        }
        if let all { continuation.resume(returning: all) }
      }
    }
  }

  /// Makes one call.
  func createOne(id: UInt64 = 0, body: String = "{}", trace: TraceContext? = nil) async -> Result<CreatedSession, GatewayFailure> {
    let results = await create(1, from: id, body: body, trace: trace)
    return results[0].outcome
  }
}

extension Result where Failure == GatewayFailure {
  /// The failure, if it is one.
  var failure: GatewayFailure? {
    if case .failure(let failure) = self { return failure }
    return nil
  }

  /// Whether it is none.
  var isSuccess: Bool { failure == nil }
}
