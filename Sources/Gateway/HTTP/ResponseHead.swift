import CheckoutSession

/// The status line and those headers of an answer that its framing or the contract need; grows line by line.
struct ResponseHead: Sendable {
  private(set) var status: Int
  private(set) var retryAfter: String?
  private(set) var authenticate: String?
  private var secondsSinceEpoch: Int64?
  private var isCached = false
  private var isVersion10: Bool
  private var contentLength: Int?
  private var isChunked = false
  private var asksForClose = false
  private var asksForKeepAlive = false

  /// Reads `HTTP/1.x NNN reason`, the reason being optional.
  init(statusLine line: borrowing Span<UInt8>) throws(ResponseFault) {
    guard line.count >= 12, line.startsWith("HTTP/1."), line[7].isDigit, line[8] == UInt8(ascii: " ") else { throw .statusLine }
    guard line[9].isDigit, line[9] != UInt8(ascii: "0"), line[10].isDigit, line[11].isDigit else { throw .statusLine }
    guard line.count == 12 || line[12] == UInt8(ascii: " ") else { throw .statusLine }
    for index in 12..<line.count where line[index].isControl { throw .statusLine }
    isVersion10 = line[7] == UInt8(ascii: "0")
    status = Int(line[9] & 15) * 100 + Int(line[10] & 15) * 10 + Int(line[11] & 15)
  }

  /// The sender's time of day.
  var date: Timestamp? { isCached ? nil : secondsSinceEpoch.map { Timestamp(millisecondsSinceEpoch: $0 * 1000) } }

  /// Whether a final answer follows this one.
  var isInterim: Bool { status < 200 }

  /// Whether the server keeps the connection, given how the body ends.
  func keepsConnectionAlive(_ framing: BodyFraming) -> Bool {
    framing != .untilClose && !asksForClose && (!isVersion10 || asksForKeepAlive)
  }

  /// How the body ends. An answer whose headers leave that open to two readings is refused: a proxy might read it the other way, and the
  /// next answer on the connection would then be somebody else's.
  func framing() throws(ResponseFault) -> BodyFraming {
    if isChunked, isVersion10 || contentLength != nil { throw .framing }
    switch status {
    case 204, 304: return .none
    case _ where isChunked: return .chunked
    case _ where contentLength == 0: return .none
    default:
      if let contentLength { return .length(contentLength) }
      // RFC 9110, 15.3.6: a 205 has no content.
      return status == 205 ? .none : .untilClose
    }
  }

  /// Reads `name: value`.
  mutating func addHeader(line: borrowing Span<UInt8>) throws(ResponseFault) {
    var colon = 0
    while colon < line.count, line[colon] != UInt8(ascii: ":") {
      guard line[colon].isTokenByte else { throw .headerLine }
      colon += 1
    }
    guard colon > 0, colon < line.count else { throw .headerLine }
    var start = colon + 1
    var end = line.count
    while start < end, line[start].isBlank { start += 1 }
    while end > start, line[end - 1].isBlank { end -= 1 }
    for index in start..<end where line[index].isControl { throw .headerLine }

    switch colon {
    case 3 where line.equalsLowercased("age", in: 0..<colon): isCached = true
    case 4 where line.equalsLowercased("date", in: 0..<colon): secondsSinceEpoch = line.secondsOfHTTPDate(in: start..<end)
    case 10 where line.equalsLowercased("connection", in: 0..<colon): readConnection(line, start..<end)
    case 11 where line.equalsLowercased("retry-after", in: 0..<colon): retryAfter = line.text(start..<end)
    case 14 where line.equalsLowercased("content-length", in: 0..<colon): try readContentLength(line, start..<end)
    case 16 where line.equalsLowercased("www-authenticate", in: 0..<colon): authenticate = line.text(start..<end)
    case 17 where line.equalsLowercased("transfer-encoding", in: 0..<colon):
      // Any other coding, or chunked twice, is nothing that a request without a TE header may get.
      guard !isChunked, line.equalsLowercased("chunked", in: start..<end) else { throw .framing }
      isChunked = true
    default: break
    }
  }

  private mutating func readConnection(_ line: borrowing Span<UInt8>, _ range: Range<Int>) {
    line.forEachListItem(in: range) { item in
      if line.equalsLowercased("close", in: item) { asksForClose = true }
      if line.equalsLowercased("keep-alive", in: item) { asksForKeepAlive = true }
    }
  }

  /// `5`, and also `5, 5` and a repeated header with the same value, which RFC 9112 allows a recipient to accept.
  private mutating func readContentLength(_ line: borrowing Span<UInt8>, _ range: Range<Int>) throws(ResponseFault) {
    var isSound = !range.isEmpty
    var known = contentLength
    line.forEachListItem(in: range) { item in
      guard let length = line.decimal(in: item), known == nil || known == length else {
        isSound = false
        return
      }
      known = length
    }
    guard isSound, let known else { throw .framing }
    contentLength = known
  }
}
