import NIOCore
import Synchronization

/// Bytes that a handler gathers for a test.
final class NIOLockedBytes: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
}

/// Keeps the first bytes of a connection and closes it.
final class HelloCatcher: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let bytes: NIOLockedBytes

  init(_ bytes: NIOLockedBytes) {
    self.bytes = bytes
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes.append(Array(buffer: unwrapInboundIn(data)))
    context.close(promise: nil)
  }
}
