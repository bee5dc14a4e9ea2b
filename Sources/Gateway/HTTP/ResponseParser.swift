import NIOCore

/// Reads HTTP/1.1 answers, one at a time, out of the bytes of a connection (RFC 9112).
///
/// Pure and strict: what RFC 9112 leaves to the recipient's mercy (bare line feeds, folded headers, a length beside chunks, …) is refused,
/// because a client that sends payments' requests gains nothing from guessing. NIO's own decoder makes a `String` of every header and a
/// boxed part of every piece; this one keeps what the contract needs and gives the body as a slice of the bytes that were read. A test
/// compares the two on random input.
struct ResponseParser: Sendable {
  /// What a call of ``consume(_:)`` came to.
  enum Progress: Sendable {
    /// All bytes were read, and the answer is not whole.
    case needsMore
    /// The answer. Bytes after it are still in the buffer.
    case answer(HTTPAnswer)
  }

  private enum State: Sendable {
    case statusLine
    case headerLine
    case body(remaining: Int)
    case bodyUntilClose
    case chunkSize
    case chunkData(remaining: Int)
    case chunkEnd
    case trailerLine
  }

  private let headerBytesMax: Int
  private let bodyBytesMax: Int
  private var state = State.statusLine
  private var head: ResponseHead?
  private var answer = HTTPAnswer(status: 0)
  private var headerBytes = 0
  /// A line of which the end has not come yet.
  private var partialLine = ByteBuffer()

  /// A parser for one connection.
  init(headerBytesMax: Int, bodyBytesMax: Int) {
    self.headerBytesMax = headerBytesMax
    self.bodyBytesMax = bodyBytesMax
  }

  /// Whether not a single byte of an answer has come since the last one.
  var isAtStart: Bool {
    if case .statusLine = state { return head == nil && headerBytes == 0 }
    return false
  }

  /// Reads on. After an answer the parser is ready for the next one; after a fault it is not.
  mutating func consume(_ buffer: inout ByteBuffer) throws(ResponseFault) -> Progress {
    while true {
      switch state {
      case .statusLine, .headerLine, .chunkSize, .chunkEnd, .trailerLine:
        guard var line = try nextLine(&buffer) else { return .needsMore }
        if let answer = try read(line: &line) { return .answer(answer) }
      case .body(let remaining):
        guard take(&buffer, upTo: remaining) else { return .answer(finish(.tooLarge)) }
        let left = remaining - lastTaken
        if left == 0 { return .answer(finish(.whole)) }
        state = .body(remaining: left)
        return .needsMore
      case .chunkData(let remaining):
        guard take(&buffer, upTo: remaining) else { return .answer(finish(.tooLarge)) }
        let left = remaining - lastTaken
        state = left == 0 ? .chunkEnd : .chunkData(remaining: left)
        if left > 0 { return .needsMore }
      case .bodyUntilClose:
        guard take(&buffer, upTo: .max) else { return .answer(finish(.tooLarge)) }
        return .needsMore
      }
    }
  }

  /// The connection has ended.
  /// - Returns: the answer that ended with it or was cut short by it; nil if not even its headers are whole.
  mutating func connectionEnded() -> HTTPAnswer? {
    switch state {
    case .statusLine, .headerLine: nil
    case .bodyUntilClose: finish(.whole)
    case .body, .chunkSize, .chunkData, .chunkEnd, .trailerLine: finish(.cutShort)
    }
  }

  /// The framing of the body broke; the status and the headers are sound.
  mutating func abandonBody() -> HTTPAnswer? {
    if case .bodyUntilClose = state { return finish(.cutShort) }
    return connectionEnded()
  }

  private var lastTaken = 0

  /// Moves body bytes into the answer. The first piece is a slice of what was read, not a copy.
  /// - Returns: false if the body is over its bound.
  private mutating func take(_ buffer: inout ByteBuffer, upTo count: Int) -> Bool {
    let available = min(count, buffer.readableBytes)
    lastTaken = available
    guard answer.body.readableBytes + available <= bodyBytesMax else { return false }
    if answer.body.readableBytes == 0 {
      if let slice = buffer.readSlice(length: available) { answer.body = slice }
    } else if var slice = buffer.readSlice(length: available) {
      answer.body.writeBuffer(&slice)
    }
    return true
  }

  /// The next whole line without its CRLF.
  private mutating func nextLine(_ buffer: inout ByteBuffer) throws(ResponseFault) -> ByteBuffer? {
    let isHeader = if case .chunkSize = state { false } else if case .chunkEnd = state { false } else { true }
    guard let length = Self.lineFeedIndex(buffer) else {
      // What is kept of an unfinished line is bounded by the same limit as the headers.
      guard headerBytes + partialLine.readableBytes + buffer.readableBytes <= headerBytesMax else { throw .headersTooLarge }
      partialLine.writeBuffer(&buffer)
      return nil
    }
    guard var line = buffer.readSlice(length: length + 1) else { return nil }
    if partialLine.readableBytes > 0 {
      partialLine.writeBuffer(&line)
      line = partialLine
      partialLine = ByteBuffer()
    }
    if isHeader || line.readableBytes > 64 { headerBytes += line.readableBytes }
    guard headerBytes <= headerBytesMax else { throw .headersTooLarge }
    let end = line.writerIndex
    guard line.readableBytes >= 2, line.getInteger(at: end - 2, as: UInt8.self) == UInt8(ascii: "\r") else { throw lineFault }
    line.moveWriterIndex(to: end - 2)
    return line
  }

  private static func lineFeedIndex(_ buffer: ByteBuffer) -> Int? {
    buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map { $0 - buffer.readerIndex }
  }

  private var lineFault: ResponseFault {
    switch state {
    case .statusLine: .statusLine
    case .chunkSize, .chunkEnd: .framing
    default: .headerLine
    }
  }

  private mutating func read(line: inout ByteBuffer) throws(ResponseFault) -> HTTPAnswer? {
    let bytes = line.readableBytesUInt8Span
    switch state {
    case .statusLine:
      head = try ResponseHead(statusLine: bytes)
      state = .headerLine
    case .headerLine where bytes.isEmpty:
      return try headEnded()
    case .headerLine:
      try head?.addHeader(line: bytes)
    case .chunkSize:
      let size = try Self.chunkSize(bytes)
      if size > bodyBytesMax { return finish(.tooLarge) }
      state = size == 0 ? .trailerLine : .chunkData(remaining: size)
    case .chunkEnd:
      guard bytes.isEmpty else { throw .framing }
      state = .chunkSize
    case .trailerLine where bytes.isEmpty:
      return finish(.whole)
    case .trailerLine:
      // Trailers say nothing to us, but what is no header line is no trailer: the chunks were not what they seemed.
      var trailer = head
      try trailer?.addHeader(line: bytes)
    case .body, .bodyUntilClose, .chunkData:
      break
    }
    return nil
  }

  private mutating func headEnded() throws(ResponseFault) -> HTTPAnswer? {
    guard let head else { throw .statusLine }
    if head.isInterim {
      // 100 Continue, 102, 103: the real answer follows. `headerBytes` goes on counting, so their number is bounded.
      guard head.status != 101 else { throw .upgrade }
      self.head = nil
      state = .statusLine
      return nil
    }
    let framing = try head.framing()
    answer = HTTPAnswer(
      status: head.status, retryAfter: head.retryAfter, authenticate: head.authenticate, date: head.date,
      keepsConnectionAlive: head.keepsConnectionAlive(framing))
    switch framing {
    case .none: return finish(.whole)
    case .length(let length) where length > bodyBytesMax: return finish(.tooLarge)
    case .length(let length): state = .body(remaining: length)
    case .chunked: state = .chunkSize
    case .untilClose: state = .bodyUntilClose
    }
    return nil
  }

  private mutating func finish(_ completeness: HTTPAnswer.Completeness) -> HTTPAnswer {
    var finished = answer
    finished.completeness = completeness
    if completeness != .whole { finished.keepsConnectionAlive = false }
    answer = HTTPAnswer(status: 0)
    head = nil
    headerBytes = 0
    partialLine = ByteBuffer()
    state = .statusLine
    return finished
  }

  /// Hexadecimal digits, then nothing or an extension after `;`. At most 8 digits: the bound on a body is far below that.
  private static func chunkSize(_ line: borrowing Span<UInt8>) throws(ResponseFault) -> Int {
    var size = 0
    var index = 0
    while index < line.count, let digit = line[index].hexadecimalValue {
      guard index < 8 else { throw .framing }
      size = size * 16 + digit
      index += 1
    }
    guard index > 0 else { throw .framing }
    while index < line.count, line[index].isBlank { index += 1 }
    guard index == line.count || line[index] == UInt8(ascii: ";") else { throw .framing }
    for index in index..<line.count where line[index].isControl { throw .framing }
    return size
  }
}
