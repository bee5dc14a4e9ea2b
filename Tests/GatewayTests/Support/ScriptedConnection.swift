import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One connection of a ``ScriptedServer``.
final class ScriptedConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let server: ScriptedServer
  private var number = 0
  private var requestCount = 0
  private var received = ByteBuffer()
  private var context: ChannelHandlerContext?

  init(server: ScriptedServer) {
    self.server = server
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    let (number, steps) = server.accepted(context.channel)
    self.number = number
    perform(steps)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    server.closed(number)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    received.writeBuffer(&buffer)
    while let request = nextRequest() { perform(server.received(request)) }
  }

  private func nextRequest() -> ScriptedServer.Request? {
    let text = String(buffer: received)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    var request = ScriptedServer.Request(connection: number, index: requestCount, head: String(text[..<end.lowerBound]), body: "")
    let headLength = text[..<end.upperBound].utf8.count
    let bodyLength = request.header("Content-Length").flatMap { Int($0) } ?? 0
    guard received.readableBytes >= headLength + bodyLength else { return nil }
    received.moveReaderIndex(forwardBy: headLength)
    request.body = received.readString(length: bodyLength) ?? ""
    requestCount += 1
    return request
  }

  func perform(_ steps: [ScriptedServer.Step]) {
    guard let context else { return }
    for step in steps {
      switch step {
      case .send(let text):
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
      case .drip(let text):
        drip(Array(text.utf8)[...])
      case .close:
        context.close(promise: nil)
      case .closeOutput:
        context.close(mode: .output, promise: nil)
      case .reset:
        // A zero linger makes the kernel send RST instead of FIN.
        _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        context.close(promise: nil)
      }
    }
  }

  private func drip(_ bytes: ArraySlice<UInt8>) {
    guard let context, let byte = bytes.first else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil)
    let rest = bytes.dropFirst() + [byte]
    context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(2)) { self.drip(rest) }
  }
}
