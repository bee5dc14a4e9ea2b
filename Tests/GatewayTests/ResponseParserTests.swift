import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Gateway

/// The parser on its own, and against NIO's decoder.
struct ResponseParserTests {
  private static func parse(_ text: String, split: Int? = nil) throws(ResponseFault) -> (answers: [HTTPAnswer], end: HTTPAnswer?) {
    var parser = ResponseParser(headerBytesMax: 4096, bodyBytesMax: 1000)
    var answers: [HTTPAnswer] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: split ?? max(bytes.count, 1)) {
      var buffer = ByteBuffer(bytes: bytes[start..<min(start + (split ?? bytes.count), bytes.count)])
      while buffer.readableBytes > 0 {
        if case .answer(let answer) = try parser.consume(&buffer) { answers.append(answer) }
      }
    }
    return (answers, parser.connectionEnded())
  }

  @Test(arguments: [
    ("SIP/2.0 200 OK\r\n", ResponseFault.statusLine), ("HTTP/2.0 200 OK\r\n", .statusLine), ("HTTP/1.1 20 OK\r\n", .statusLine),
    ("HTTP/1.1 2000 OK\r\n", .statusLine), ("HTTP/1.1 099 OK\r\n", .statusLine), ("HTTP/1.1 200 OK\n", .statusLine), ("\r\n", .statusLine),
    ("HTTP/1.1 200 OK\r\nA : b\r\n", .headerLine), ("HTTP/1.1 200 OK\r\nA\r\n", .headerLine), ("HTTP/1.1 200 OK\r\n: b\r\n", .headerLine),
    ("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n", .headerLine), ("HTTP/1.1 200 OK\r\nA: b\u{0}\r\n", .headerLine),
    ("HTTP/1.1 200 OK\r\nA: b\rc\r\n", .headerLine), ("HTTP/1.1 200 OK\r\nA: b\n\r\n", .headerLine),
    ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", .framing), ("HTTP/1.1 200 OK\r\nContent-Length: 1 2\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nContent-Length:\r\n", .framing), ("HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n", .framing), ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", .framing),
    ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n000000001\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 1\r\n", .framing), ("HTTP/1.1 101 Switching\r\n\r\n", .upgrade),
    ("HTTP/1.1 200 O\rK\r\n", .statusLine), ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;\rx\r\n", .framing),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nbbb\r\n", .headerLine),
  ])
  func refuses(_ text: String, _ fault: ResponseFault) {
    for split in [nil, 1, 3] as [Int?] {
      #expect(throws: fault) { try Self.parse(text, split: split) }
    }
  }

  @Test(arguments: [nil, 1, 2, 7, 64] as [Int?]) func readsOneAnswerAfterTheOther(_ split: Int?) throws {
    let text =
      "HTTP/1.1 202 Accepted\r\ncontent-length: 5\r\nRetry-After:  7 \r\nWWW-Authenticate: Bearer\r\n\r\nhello"
      + "HTTP/1.1 100\r\n\r\nHTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
      + "HTTP/1.1 204 None\r\n\r\nHTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 X\r\nContent-Length: 0, 0\r\nConnection: a , CLOSE\r\n\r\n"
      + "HTTP/1.0 200 X\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nxHTTP/1.0 200 X\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 500 X\r\n\r\nrest"
    let (answers, end) = try Self.parse(text, split: split)
    #expect(answers.map(\.status) == [202, 200, 204, 304, 200, 200, 200])
    #expect(answers.map { String(buffer: $0.body) } == ["hello", "abc0123456789", "", "", "", "x", "x"])
    #expect(answers.map(\.keepsConnectionAlive) == [true, true, true, true, false, true, false])
    #expect(answers[0].retryAfter == "7")
    #expect(answers[0].authenticate == "Bearer")
    #expect(end.map { String(buffer: $0.body) } == "rest")
    #expect(end?.completeness == .whole)
    #expect(end?.keepsConnectionAlive == false)
  }

  private static let large = String(repeating: "x", count: 1001)

  static let incompleteAnswers: [(String, HTTPAnswer.Completeness)] = [
    ("HTTP/1.1 200 X\r\nContent-Length: 1001\r\n\r\n", HTTPAnswer.Completeness.tooLarge),
    ("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nabc", .cutShort),
    ("HTTP/1.1 200 X\r\n\r\n" + large, .tooLarge),
    ("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n", .tooLarge),
    ("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n1F4\r\n\(large.prefix(500))\r\n1F5\r\n\(large.prefix(501))", .tooLarge),
    ("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", .cutShort),
  ]

  @Test(arguments: incompleteAnswers)
  func saysHowMuchOfABodyThereIs(_ text: String, _ completeness: HTTPAnswer.Completeness) throws {
    var parser = ResponseParser(headerBytesMax: 4096, bodyBytesMax: 1000)
    var buffer = ByteBuffer(string: text)
    let answer: HTTPAnswer? = if case .answer(let answer) = try parser.consume(&buffer) { answer } else { parser.connectionEnded() }
    #expect(answer?.completeness == completeness)
    #expect(answer?.keepsConnectionAlive == false)
  }

  @Test func boundsTheHead() {
    #expect(throws: ResponseFault.headersTooLarge) { try Self.parse("HTTP/1.1 200 X\r\n" + String(repeating: "A: b\r\n", count: 800)) }
    #expect(throws: ResponseFault.headersTooLarge) {
      try Self.parse("HTTP/1.1 200 X\r\nA: " + String(repeating: "b", count: 5000), split: 100)
    }
    #expect(throws: ResponseFault.headersTooLarge) { try Self.parse(String(repeating: "HTTP/1.1 100 X\r\n\r\n", count: 400)) }
  }

  /// What this parser takes, NIO's takes too, and both see the same. (It refuses some answers that NIO lets pass.)
  @Test func agreesWithNIO() throws {
    var generator = SeededGenerator(seed: 2026)
    var agreed = 0
    for _ in 0..<5000 {
      let text = Self.randomAnswer(using: &generator)
      guard let (answers, end) = try? Self.parse(text, split: Int.random(in: 1...40, using: &generator)) else { continue }
      let mine = (answers + [end].compactMap { $0 }).filter { $0.completeness == .whole }.map { "\($0.status) \(String(buffer: $0.body))" }
      #expect(try Self.nioAnswers(text) == mine, "\(text.debugDescription)")
      agreed += 1
    }
    #expect(agreed > 500)
  }

  private static func randomAnswer(using generator: inout SeededGenerator) -> String {
    let body = String(repeating: "b", count: Int.random(in: 0...20, using: &generator))
    let size = String(body.utf8.count, radix: 16)
    let framings = [
      "Content-Length: \(body.utf8.count)\r\n\r\n\(body)", "\r\n\(body)",
      "Transfer-Encoding: chunked\r\n\r\n\(body.isEmpty ? "" : "\(size)\r\n\(body)\r\n")0\r\n\r\n",
      "Connection: keep-alive\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
    ]
    var text =
      "HTTP/1.1 \([200, 202, 204, 400, 500].randomElement(using: &generator) ?? 200) OK\r\nX-A: b\r\n"
      + (framings.randomElement(using: &generator) ?? "")
    if Bool.random(using: &generator) {
      // One byte changed, mostly into something that matters.
      var bytes = Array(text.utf8)
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = Array("\r\n :;0aZ\u{7F}".utf8).randomElement(using: &generator) ?? 0
      text = String(decoding: bytes, as: UTF8.self)
    }
    return text
  }

  private static func nioAnswers(_ text: String) throws -> [String] {
    let channel = EmbeddedChannel()
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
    try channel.writeOutbound(HTTPClientRequestPart.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")))
    _ = try? channel.writeInbound(ByteBuffer(string: text))
    channel.pipeline.fireChannelInactive()
    var answers: [String] = []
    var current = ""
    while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
      switch part {
      case .head(let head): current = "\(head.status.code) "
      case .body(let body): current += String(buffer: body)
      case .end: answers.append(current)
      }
    }
    return answers
  }
}
