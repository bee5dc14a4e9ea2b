import NIOCore
import NIOTLS

/// Waits for the end of the TLS handshake, then leaves the pipeline.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let peer: String
  private let promise: EventLoopPromise<Void>
  private var isDone = false

  /// - Parameter promise: told when the certificate has been verified, or a ``TransportFailure``.
  init(peer: String, promise: EventLoopPromise<Void>) {
    self.peer = peer
    self.promise = promise
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted(_)? = event as? TLSUserEvent, !isDone {
      isDone = true
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
      promise.succeed(())
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isDone else { return context.fireErrorCaught(error) }
    isDone = true
    promise.fail(ConnectFailure.failure(error, peer: peer))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if !isDone {
      isDone = true
      promise.fail(TransportFailure(.tls, "\(peer): the connection was closed during the TLS handshake", isSent: false))
    }
    context.fireChannelInactive()
  }
}
