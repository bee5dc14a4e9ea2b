import NIOCore
import NIOHTTP1

/// Streams sessions as JSON lines: the next page is made when the last one was taken, so a slow reader of a million sessions costs one page.
final class SessionListing {
  private let core: SimulatorCore
  private let filter: SessionFilter
  private let exchange: Exchange
  private let context: ChannelHandlerContext

  init(core: SimulatorCore, filter: SessionFilter, exchange: Exchange, context: ChannelHandlerContext) {
    self.core = core
    self.filter = filter
    self.exchange = exchange
    self.context = context
  }

  func begin() {
    write(.head(exchange.streamHead(.lines)))
    writePage(from: 0)
  }

  private func writePage(from start: Int) {
    let page = core.withEngine { [filter] engine, now in engine.page(from: start, filter, at: now) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(page.records.count * 512)
    for record in page.records { record.appendLine(to: &bytes) }
    let written = context.writeAndFlush(wrap(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))))
    written.assumeIsolated().whenSuccess {
      if let next = page.next { self.writePage(from: next) } else { self.end() }
    }
  }

  private func end() {
    context.writeAndFlush(wrap(.end(nil))).assumeIsolated().whenComplete { _ in
      if !self.exchange.keepsAlive { self.context.close(promise: nil) }
    }
  }

  private func write(_ part: HTTPServerResponsePart) { context.write(wrap(part), promise: nil) }
  private func wrap(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }
}
