import NIOCore

/// Asks a proxy for a tunnel (`CONNECT`, RFC 9110, section 9.3.6), then leaves the pipeline.
final class ProxyTunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let route: HTTPRoute
  private let promise: EventLoopPromise<Void>
  private var parser = ResponseHeadScanner()
  private var isDone = false

  /// - Parameter promise: told when the tunnel stands, or a ``TransportFailure``.
  init(route: HTTPRoute, promise: EventLoopPromise<Void>) {
    self.route = route
    self.promise = promise
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let authority = route.target.authority
    var request = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
    if let authorization = route.proxyAuthorization { request += "Proxy-Authorization: Basic \(authorization.value)\r\n" }
    request += "\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    guard !isDone else { return context.fireChannelRead(data) }
    do throws(ResponseFault) {
      guard let status = try parser.consume(&buffer) else { return }
      switch status {
      // The server speaks only after us, so bytes behind the proxy's answer are the proxy's: no tunnel to trust.
      case 200..<300 where buffer.readableBytes == 0: succeed(context: context)
      case 200..<300: fail("it sent more than an answer to CONNECT", context: context)
      case 407: fail("it wants other credentials (407): check gateway.proxy", context: context)
      default: fail("it answered CONNECT with \(status)", context: context)
      }
    } catch {
      fail(error.explanation, context: context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isDone else { return context.fireErrorCaught(error) }
    isDone = true
    promise.fail(ConnectFailure.failure(error, peer: "proxy \(route.firstHop.authority)"))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if !isDone { fail("it closed the connection", context: context) }
    context.fireChannelInactive()
  }

  private func succeed(context: ChannelHandlerContext) {
    isDone = true
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    promise.succeed(())
  }

  private func fail(_ reason: String, context: ChannelHandlerContext) {
    isDone = true
    promise.fail(TransportFailure(.proxy, "proxy \(route.firstHop.authority) gave no tunnel: \(reason)", isSent: false))
    context.close(promise: nil)
  }
}
