import NIOCore
import NIOHTTP1

/// One connection: reads a request whole, asks the engine, and does what the plan says.
///
/// The pipelining handler before it holds the next request back until the answer to this one has ended, so there is one exchange at a time.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let core: SimulatorCore
  private let connections: ConnectionRegistry
  private let scheduleChanged: @Sendable () -> Void
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var bodyIsTooLarge = false
  /// The session whose answer is on its way.
  private var ticket: SessionTicket?
  private var isOpen = false

  init(core: SimulatorCore, connections: ConnectionRegistry, scheduleChanged: @escaping @Sendable () -> Void) {
    self.core = core
    self.connections = connections
    self.scheduleChanged = scheduleChanged
  }

  func channelActive(context: ChannelHandlerContext) {
    guard connections.add(context.channel) else { return context.close(promise: nil) }
    isOpen = true
    core.withEngine { engine, _ in engine.connectionOpened() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard isOpen else { return }
    isOpen = false
    connections.remove(context.channel)
    core.withEngine { engine, _ in engine.connectionClosed() }
    answerEnded(.lost)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.removeAll(keepingCapacity: true)
      bodyIsTooLarge = false
      if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
      }
    case .body(let part):
      bodyIsTooLarge = bodyIsTooLarge || body.count + part.readableBytes > core.configuration.bodyBytesMax
      if !bodyIsTooLarge { body.append(contentsOf: part.readableBytesView) }
    case .end:
      guard let head else { return }
      self.head = nil
      answer(head, context: context)
    }
  }

  private func answer(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    let exchange = Exchange(version: head.version, keepsAlive: head.isKeepAlive && !bodyIsTooLarge, date: core.date())
    if bodyIsTooLarge {
      let most = core.configuration.bodyBytesMax
      return write(.problem(.payloadTooLarge, "PAYLOAD_TOO_LARGE", "The body has more than \(most) bytes"), exchange, context: context)
    }
    let request = IncomingRequest(method: head.method, uri: head.uri, headers: head.headers, body: body)
    if case .simulator(let page, let query) = Destination(uri: head.uri) {
      let pages = SimulatorPages(core: core, scheduleChanged: scheduleChanged)
      switch pages.page(page, query: query, request) {
      case .answer(let answer): return write(answer, exchange, context: context)
      case .sessions(let filter): return SessionListing(core: core, filter: filter, exchange: exchange, context: context).begin()
      }
    }
    let plan = core.withEngine { engine, now in engine.plan(for: request, at: now) }
    ticket = plan.session
    guard plan.delayNanoseconds > 0 else { return deliver(plan, exchange, context: context) }
    context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(plan.delayNanoseconds)) {
      // Meanwhile the client may have gone: then there is nobody to answer, and channelInactive said so.
      if self.isOpen { self.deliver(plan, exchange, context: context) }
    }
  }

  private func deliver(_ plan: Plan, _ exchange: Exchange, context: ChannelHandlerContext) {
    switch plan.delivery {
    case .whole:
      write(plan.answer, exchange, context: context)
    case .drip(let nanoseconds):
      writeHead(plan.answer, exchange, context: context)
      let pieces = min(max(plan.answer.body.count, 1), 20)
      drip(plan.answer.body[...], pieces: pieces, every: nanoseconds / Int64(pieces), exchange, context: context)
    case .cutOff:
      writeHead(plan.answer, exchange, context: context)
      let half = context.channel.allocator.buffer(bytes: plan.answer.body.prefix(plan.answer.body.count / 2))
      context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(half)))).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    case .reset:
      context.channel.reset()
    case .hang(let nanoseconds):
      guard let nanoseconds else { return }
      context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(nanoseconds)) { context.close(promise: nil) }
    }
  }

  private func drip(_ rest: ArraySlice<UInt8>, pieces: Int, every nanoseconds: Int64, _ exchange: Exchange, context: ChannelHandlerContext)
  {
    let piece = rest.prefix((rest.count + pieces - 1) / pieces)
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: piece)))), promise: nil)
    context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(nanoseconds)) {
      guard self.isOpen else { return }
      if pieces > 1 {
        self.drip(rest.dropFirst(piece.count), pieces: pieces - 1, every: nanoseconds, exchange, context: context)
      } else {
        self.writeEnd(exchange, context: context)
      }
    }
  }

  private func write(_ answer: Answer, _ exchange: Exchange, context: ChannelHandlerContext) {
    writeHead(answer, exchange, context: context)
    context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: answer.body)))), promise: nil)
    writeEnd(exchange, context: context)
  }

  private func writeHead(_ answer: Answer, _ exchange: Exchange, context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.head(exchange.head(for: answer))), promise: nil)
  }

  private func writeEnd(_ exchange: Exchange, context: ChannelHandlerContext) {
    guard ticket != nil || !exchange.keepsAlive else { return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
    // The ticket leaves before the write: once the answer has ended, the next request may be read within this very call and bring its own.
    let ticket = self.ticket
    self.ticket = nil
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { result in
      let wasWritten = if case .success = result { true } else { false }
      self.report(wasWritten ? .sent : .lost, of: ticket)
      if !exchange.keepsAlive { context.close(promise: nil) }
    }
  }

  private func answerEnded(_ fate: AnswerFate) {
    report(fate, of: ticket)
    ticket = nil
  }

  private func report(_ fate: AnswerFate, of ticket: SessionTicket?) {
    guard let ticket else { return }
    core.withEngine { engine, _ in engine.report(fate, of: ticket) }
  }
}
