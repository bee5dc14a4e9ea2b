import NIOCore

/// Reads only the head of an answer: that is all of an answer to `CONNECT`, whatever its headers say of a body (RFC 9112, section 6.3).
struct ResponseHeadScanner: Sendable {
  /// A proxy's answer is small.
  private static let bytesMax = 16 * 1024

  private var received = ByteBuffer()

  /// Reads on.
  /// - Returns: the status as soon as the head is whole; the bytes after it are left in the buffer.
  mutating func consume(_ buffer: inout ByteBuffer) throws(ResponseFault) -> Int? {
    while let byte = buffer.readInteger(as: UInt8.self) {
      received.writeInteger(byte)
      guard received.readableBytes <= Self.bytesMax else { throw .headersTooLarge }
      guard byte == UInt8(ascii: "\n"), endsWithEmptyLine else { continue }
      return try status()
    }
    return nil
  }

  private var endsWithEmptyLine: Bool {
    received.readableBytesView.suffix(4).elementsEqual("\r\n\r\n".utf8)
  }

  private func status() throws(ResponseFault) -> Int {
    var head = received
    guard let end = head.readableBytesView.firstIndex(of: UInt8(ascii: "\r")) else { throw .statusLine }
    head.moveWriterIndex(to: end)
    return try ResponseHead(statusLine: head.readableBytesUInt8Span).status
  }
}
