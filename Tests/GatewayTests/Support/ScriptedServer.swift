import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A TCP server on a port of the kernel's choosing that answers whatever a test tells it to, however wrong that is.
final class ScriptedServer: Sendable {
  /// What it does in answer to a connection or a request, one step after the other.
  enum Step: Sendable {
    case send(String)
    /// One byte at a time, for ever.
    case drip(String)
    /// FIN.
    case close
    /// FIN after what was sent; goes on reading.
    case closeOutput
    /// RST.
    case reset
  }

  /// One request as it came.
  struct Request: Sendable {
    var connection: Int
    /// 0 for the first request of its connection.
    var index: Int
    var head: String
    var body: String

    /// The value of a header.
    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ":") {
        return line.dropFirst(name.count + 1).trimmingPrefix(while: \.isWhitespace).description
      }
      return nil
    }
  }

  private struct State {
    var connections = 0
    var open: [Int: any Channel] = [:]
    var requests: [Request] = []
    var waiters: [(isMet: @Sendable ([Request], Int) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())
  private let onAccept: @Sendable (Int) -> [Step]
  private let onRequest: @Sendable (Request) -> [Step]
  private let channel: Mutex<(any Channel)?> = Mutex(nil)
  static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// - Parameters:
  ///   - tls: certificate and key, if it is to speak TLS.
  ///   - onAccept: what to do with a new connection (counted from 0) before anything was read.
  ///   - onRequest: what to do about a whole request.
  init(
    tls: NIOSSLContext? = nil, onAccept: @escaping @Sendable (Int) -> [Step] = { _ in [] },
    onRequest: @escaping @Sendable (Request) -> [Step]
  ) async throws {
    self.onAccept = onAccept
    self.onRequest = onRequest
    let bootstrap = ServerBootstrap(group: Self.group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(ScriptedConnection(server: self))
        }
      }
    let bound = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
    channel.withLock { $0 = bound }
  }

  /// Where it listens.
  var port: Int { channel.withLock { $0?.localAddress?.port } ?? 0 }
  /// All requests so far.
  var requests: [Request] { state.withLock { $0.requests } }
  /// Connections accepted so far.
  var connectionCount: Int { state.withLock { $0.connections } }

  /// Stops listening and closes all connections.
  func stop() async {
    let (listener, open) = (channel.withLock { $0 }, state.withLock { Array($0.open.values) })
    for channel in open { try? await channel.close() }
    try? await listener?.close()
  }

  /// Waits until `isMet` holds for the requests and the number of open connections.
  func wait(until isMet: @escaping @Sendable (_ requests: [Request], _ openCount: Int) -> Bool) async {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        if isMet(state.requests, state.open.count) { return continuation.resume() }
        state.waiters.append((isMet, continuation))
      }
    }
  }

  /// Waits until so many requests have come.
  func wait(forRequests count: Int) async {
    await wait { requests, _ in requests.count >= count }
  }

  /// Does something to every open connection.
  func perform(_ steps: [Step]) async {
    for channel in state.withLock({ Array($0.open.values) }) {
      try? await channel.eventLoop.submit {
        try? channel.pipeline.syncOperations.handler(type: ScriptedConnection.self).perform(steps)
      }.get()
    }
  }

  func accepted(_ channel: any Channel) -> (Int, [Step]) {
    let number = update { state in
      let number = state.connections
      state.connections += 1
      state.open[number] = channel
      return number
    }
    return (number, onAccept(number))
  }

  func received(_ request: Request) -> [Step] {
    update { $0.requests.append(request) }
    return onRequest(request)
  }

  func closed(_ number: Int) {
    update { $0.open[number] = nil }
  }

  private func update<Value>(_ body: (inout State) -> sending Value) -> Value {
    state.withLock { state in
      let value = body(&state)
      state.waiters.removeAll { waiter in
        guard waiter.isMet(state.requests, state.open.count) else { return false }
        waiter.continuation.resume()
        return true
      }
      return value
    }
  }
}
