import NIOCore
import NIOPosix
import Testing

@testable import Gateway

/// Requests that get a connection and do not use it: their token was refused meanwhile.
@Suite(.timeLimit(.minutes(1))) struct HTTPTransportTests {
  /// Writes a request, or has something done instead.
  private final class Exchange: HTTPExchange {
    private let onWrite: () -> Bool
    private let onEnd: () -> Void

    init(onWrite: @escaping () -> Bool = { true }, onEnd: @escaping () -> Void = {}) {
      self.onWrite = onWrite
      self.onEnd = onEnd
    }

    func write(into buffer: inout ByteBuffer) -> Bool {
      guard onWrite() else { return false }
      buffer.writeString("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      return true
    }

    func finish(_ result: Result<HTTPAnswer, TransportFailure>) { onEnd() }
    func isNamed(in ids: Set<UInt64>) -> Bool { false }
  }

  /// A transport, and a promise that fails rather than keep a test waiting for ever.
  private static func transport(
    port: Int, idleTimeout: TimeAmount, on eventLoop: any EventLoop
  ) throws -> (HTTPTransport, EventLoopPromise<Void>) {
    let url = try #require(HTTPURL("http://127.0.0.1:\(port)/"))
    let limits = TransportLimits(
      connectionsMax: 2, waitingMax: 2, connectTimeout: .seconds(10), requestTimeout: .seconds(50), idleTimeout: idleTimeout,
      connectionAgeMax: .hours(1), headerBytesMax: 4096, answerBytesMax: 4096)
    let factory = ConnectionFactory(
      route: HTTPRoute(to: url, proxy: nil, noProxy: NoProxyList([])), tlsContext: nil, connectTimeout: limits.connectTimeout)
    let promise = eventLoop.makePromise(of: Void.self)
    eventLoop.scheduleTask(in: .seconds(20)) { promise.fail(ChannelError.connectTimeout(.seconds(20))) }
    return (HTTPTransport(eventLoop: eventLoop, factory: factory, limits: limits), promise)
  }

  /// - Parameter isNew: whether the connection is opened for the request, or has served another one.
  @Test(arguments: [true, false]) func aDrainEndsWithAnUnusedConnection(isNew: Bool) async throws {
    let server = try await ScriptedServer { _ in [.send(GatewayTestSupport.answer(200))] }
    let port = server.port
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    try await eventLoop.flatSubmit {
      eventLoop.makeCompletedFuture {
        let (transport, drained) = try Self.transport(port: port, idleTimeout: .hours(1), on: eventLoop)
        let unused = Exchange(onWrite: {
          transport.drain().cascade(to: drained)
          return false
        })
        let used = Exchange(onEnd: { eventLoop.assumeIsolated().execute { transport.start(unused) } })
        transport.start(isNew ? unused : used)
        return drained.futureResult
      }.flatMap { $0 }
    }.get()
    await server.wait { _, openCount in openCount == 0 }
    await server.stop()
  }

  @Test(arguments: [true, false]) func anUnusedConnectionRunsIntoItsIdleTimeout(isNew: Bool) async throws {
    let server = try await ScriptedServer { _ in [.send(GatewayTestSupport.answer(200))] }
    let port = server.port
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    try await eventLoop.flatSubmit {
      eventLoop.makeCompletedFuture {
        let (transport, swept) = try Self.transport(port: port, idleTimeout: .milliseconds(20), on: eventLoop)
        transport.afterSweep = { [unowned transport] in
          if transport.takeCounters().connectionsOpen == 0 { swept.succeed(()) }
        }
        let unused = Exchange(onWrite: { false })
        let used = Exchange(onEnd: { eventLoop.assumeIsolated().execute { transport.start(unused) } })
        transport.start(isNew ? unused : used)
        return swept.futureResult
      }.flatMap { $0 }
    }.get()
    await server.stop()
  }
}
