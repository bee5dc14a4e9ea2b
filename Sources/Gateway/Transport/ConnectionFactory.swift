import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections along one route: TCP, then the proxy's tunnel, then TLS, all within one time-out.
///
/// The name is resolved anew for every connection (NIO tries IPv6 and IPv4 side by side), so a change of DNS takes hold as connections
/// reach their age.
struct ConnectionFactory: Sendable {
  let route: HTTPRoute
  private let tlsContext: NIOSSLContext?
  private let connectTimeout: TimeAmount

  /// - Parameter tlsContext: for https; verifies certificates.
  init(route: HTTPRoute, tlsContext: NIOSSLContext?, connectTimeout: TimeAmount) {
    self.route = route
    self.tlsContext = tlsContext
    self.connectTimeout = connectTimeout
  }

  /// A channel on which HTTP can be spoken. Fails with a ``TransportFailure``.
  func connect(on eventLoop: any EventLoop) -> EventLoopFuture<any Channel> {
    let deadline = NIODeadline.now() + connectTimeout
    let hop = route.firstHop
    let name = route.proxy == nil ? hop.authority : "proxy \(hop.authority)"
    return ClientBootstrap(group: eventLoop)
      .connectTimeout(connectTimeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: hop.host, port: hop.port)
      .flatMapErrorThrowing { error in throw ConnectFailure.failure(error, peer: name) }
      .flatMap { channel in self.setUp(channel, deadline: deadline) }
  }

  private func setUp(_ channel: any Channel, deadline: NIODeadline) -> EventLoopFuture<any Channel> {
    guard origin.isSecure else { return channel.eventLoop.makeSucceededFuture(channel) }
    let authority = route.target.authority
    // Whichever handler is waiting by then gets this as an error, fails its promise with it and closes the channel.
    let timeout = channel.eventLoop.scheduleTask(deadline: deadline) {
      channel.pipeline.fireErrorCaught(TransportFailure(.connectTimeout, "\(authority): no TLS connection in time", isSent: false))
    }
    return openTunnel(channel)
      .flatMap { startTLS(channel) }
      .map { channel }
      .always { _ in timeout.cancel() }
  }

  private var origin: HTTPURL { route.origin }

  private func openTunnel(_ channel: any Channel) -> EventLoopFuture<Void> {
    guard route.needsTunnel else { return channel.eventLoop.makeSucceededVoidFuture() }
    let promise = channel.eventLoop.makePromise(of: Void.self)
    return add(ProxyTunnelHandler(route: route, promise: promise), to: channel, promise: promise)
  }

  private func startTLS(_ channel: any Channel) -> EventLoopFuture<Void> {
    let promise = channel.eventLoop.makePromise(of: Void.self)
    do {
      guard let tlsContext else {
        throw TransportFailure(.tls, "\(route.target.authority): no TLS context", isSent: false)
      }
      // Server Name Indication is for names; for an address NIOSSL checks the certificate against the peer's address.
      let serverName = IPAddress(origin.host) == nil ? origin.host : nil
      let operations = channel.pipeline.syncOperations
      // The waiter goes in first: the handshake begins as soon as the TLS handler is in.
      try operations.addHandler(HandshakeHandler(peer: route.target.authority, promise: promise))
      try operations.addHandler(NIOSSLClientHandler(context: tlsContext, serverHostname: serverName), position: .first)
    } catch {
      promise.fail(ConnectFailure.failure(error, peer: route.target.authority))
      channel.close(promise: nil)
    }
    return promise.futureResult
  }

  private func add(
    _ handler: some ChannelHandler, to channel: any Channel, promise: EventLoopPromise<Void>
  ) -> EventLoopFuture<Void> {
    do {
      try channel.pipeline.syncOperations.addHandler(handler)
    } catch {
      promise.fail(error)
    }
    return promise.futureResult
  }
}
