import NIOCore
import NIOPosix
import Synchronization

/// A proxy that grants every `CONNECT` and passes bytes to one port of this machine.
final class TunnelServer: Sendable {
  private let state = Mutex<[String]>([])
  private let listener: Mutex<(any Channel)?> = Mutex(nil)

  init(to port: Int) async throws {
    let bound = try await ServerBootstrap(group: ScriptedServer.group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(TunnelHandler(port: port) { head in self.state.withLock { $0.append(head) } })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    listener.withLock { $0 = bound }
  }

  var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }
  /// The heads of all requests.
  var heads: [String] { state.withLock { $0 } }

  func stop() async {
    try? await listener.withLock { $0 }?.close()
  }
}

/// One side of a tunnel.
private final class TunnelHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let port: Int
  private let onHead: @Sendable (String) -> Void
  private var peer: (any Channel)?
  private var pending: [ByteBuffer] = []
  private var isOpen = false

  init(port: Int, onHead: @escaping @Sendable (String) -> Void) {
    self.port = port
    self.onHead = onHead
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    if let peer { return peer.writeAndFlush(buffer, promise: nil) }
    if isOpen { return pending.append(buffer) }
    isOpen = true
    onHead(String(buffer: buffer))
    let inner = context.channel
    ClientBootstrap(group: context.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(TunnelBack(to: inner)) }
      }
      .connect(host: "127.0.0.1", port: port).assumeIsolated()
      .whenSuccess { channel in
        self.peer = channel
        inner.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"), promise: nil)
        for buffer in self.pending { channel.writeAndFlush(buffer, promise: nil) }
      }
  }

  func channelInactive(context: ChannelHandlerContext) {
    peer?.close(promise: nil)
  }
}

/// The way back.
private final class TunnelBack: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let inner: any Channel

  init(to inner: any Channel) {
    self.inner = inner
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    inner.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    inner.close(promise: nil)
  }
}
