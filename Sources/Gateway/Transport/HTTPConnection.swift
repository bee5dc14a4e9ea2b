import NIOCore

/// One HTTP/1.1 connection: the last handler of its channel. At most one request is on it; bytes that belong to no request end it.
///
/// Lives on the event loop. A connection tells its transport exactly once per request how that ended, and once that it is gone; what came
/// first is cleared before the transport is told, so whatever the transport does in turn (send the next request on this very connection,
/// close it) finds the connection in a settled state.
final class HTTPConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What `channelInactive` finds when it comes while a request is being written.
  private enum WriteState {
    case none
    case isWriting
    case failed
  }

  let slot: Int
  private let transport: HTTPTransport
  private var parser: ResponseParser
  private var context: ChannelHandlerContext?
  private var outgoing = ByteBuffer()
  private var lastError: (any Error)?
  private var writeState = WriteState.none
  private var isTold = false

  /// The request on this connection or for which it is being opened.
  private(set) var exchange: (any HTTPExchange)?
  /// When that request has to have ended.
  private(set) var requestDeadline = NIODeadline.distantFuture
  /// Whether the channel is set up, so that requests are written as soon as they come.
  private(set) var isOpen = false

  /// A connection that is about to be opened for `exchange`.
  init(slot: Int, transport: HTTPTransport, parser: ResponseParser, exchange: any HTTPExchange, deadline: NIODeadline) {
    self.slot = slot
    self.transport = transport
    self.parser = parser
    self.exchange = exchange
    requestDeadline = deadline
  }

  /// The channel is set up (tunnel and TLS included) and this handler is in it.
  /// - Returns: the request it was opened for, now to be sent.
  func open() -> (any HTTPExchange)? {
    isOpen = true
    defer { exchange = nil }
    return exchange
  }

  /// Sends a request on this connection, which is idle.
  /// - Returns: false if the request cannot be sent now and waits elsewhere; the connection is still idle.
  func send(_ exchange: any HTTPExchange, deadline: NIODeadline) -> Bool {
    outgoing.clear()
    guard exchange.write(into: &outgoing) else { return false }
    self.exchange = exchange
    guard let context, context.channel.isActive else {
      // The server closed while the connection was idle, and the event has not come through yet. Nothing was written.
      fail(.connectionLost, "the idle connection was closed by the server", isSent: false)
      return true
    }
    requestDeadline = deadline
    writeState = .isWriting
    context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
    let hasFailed = writeState == .failed
    writeState = .none
    // The kernel refused the bytes: `channelInactive` has come during the call. The server has not got a whole request, so it has not
    // acted on it (RFC 9112, section 8).
    if hasFailed { fail(.connectionLost, "the connection was closed by the server before the request left", isSent: false) }
    return true
  }

  /// Ends the request with a failure, and the connection: HTTP/1.1 has no other way to take a request back.
  func abort(_ kind: TransportFailure.Kind, _ detail: String) {
    fail(kind, detail, isSent: isOpen)
  }

  /// Closes an idle connection.
  func close() {
    end()
  }

  /// Could not be opened.
  func failedToOpen(_ failure: TransportFailure) {
    let exchange = self.exchange
    self.exchange = nil
    exchange?.finish(.failure(failure))
    end()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isTold else { return }
    guard let exchange else { return end() }  // bytes nobody asked for: whatever they are, they would be taken for the next answer
    var buffer = unwrapInboundIn(data)
    do throws(ResponseFault) {
      guard case .answer(let answer) = try parser.consume(&buffer) else { return }
      self.exchange = nil
      exchange.finish(.success(answer))
      transport.connectionBecameFree(self, isReusable: answer.keepsConnectionAlive && buffer.readableBytes == 0)
    } catch {
      if let answer = parser.abandonBody() {
        self.exchange = nil
        exchange.finish(.success(answer))
        return end()
      }
      fail(.malformedAnswer, error.explanation, isSent: true)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    lastError = error
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard !isTold else { return }
    if writeState == .isWriting {
      writeState = .failed
      return
    }
    guard let exchange else { return end() }
    // An error (an unclean end of TLS, a reset) is no announced end of a body that lasts until the connection closes.
    if let answer = lastError == nil ? parser.connectionEnded() : parser.abandonBody() {
      self.exchange = nil
      exchange.finish(.success(answer))
      return end()
    }
    let reason = lastError.map { ": \(ConnectFailure.explanation($0))" } ?? ""
    fail(.connectionLost, "the connection ended before the answer came" + reason, isSent: true)
  }

  private func fail(_ kind: TransportFailure.Kind, _ detail: String, isSent: Bool) {
    let exchange = self.exchange
    self.exchange = nil
    exchange?.finish(.failure(TransportFailure(kind, detail, isSent: isSent)))
    end()
  }

  /// Leaves the transport and closes the channel, once.
  private func end() {
    guard !isTold else { return }
    isTold = true
    context?.close(promise: nil)
    transport.connectionEnded(self)
  }
}
