import CheckoutSession
import Records
import Testing

@testable import CheckoutWorker

@Suite("A line of publish")
struct RequestLineTests {
  private func read(_ text: String) throws(RequestLineError) -> RequestLine {
    var reader = JSONReader()
    // In the middle of a larger array, as it comes out of a chunk.
    let bytes = Array(("###" + text + "###").utf8)
    return try RequestLine(bytes[3..<(bytes.count - 3)], reader: &reader)
  }

  private func headers(_ line: RequestLine) -> [String] {
    PackedHeaders(line.headers[...]).map { header in
      let value = header.value.map { String(decoding: $0, as: UTF8.self) } ?? "<null>"
      return String(decoding: header.name, as: UTF8.self) + "=" + value
    }
  }

  @Test(
    "a request is sent byte for byte under its transaction id",
    arguments: [
      (#"{"payment":{"merchantTransactionId":"order-1","amount":100}}"#, "order-1"),
      (#" { "payment" : {"merchantTransactionId":"a\u00e9"} , "x":1.50 } "#, "aé"),
      (#"{"payment":{"merchantTransactionId":7}}"#, nil), (#"{"payment":{"merchantTransactionId":""}}"#, nil),
      (#"{"payment":[]}"#, nil), ("{}", nil), (#"{"key":"k","headers":{}}"#, nil),
      // One member more than an envelope has: a request that happens to have these members.
      (#"{"key":"k","value":{},"config":{}}"#, nil),
      // Well-formed, and for the worker to reject.
      (#"{"a":1,"a":2}"#, nil),
    ] as [(String, String?)])
  func request(_ text: String, _ key: String?) throws {
    let line = try read(text)
    #expect(String(decoding: line.value, as: UTF8.self) == text)
    #expect(line.key.map { String(decoding: $0, as: UTF8.self) } == key)
    #expect(line.headers.isEmpty)
  }

  @Test("an envelope gives key and headers, and its value goes out as it stands")
  func envelope() throws {
    let value = #"{ "payment" : {"merchantTransactionId":"inner"}, "amount":1.50,"u":"é" }"#
    let text = #"{"key":"ord\"er","headers":{"ce_id":"id-1","empty":"","none":null,"ce_id":"id-2"}, "value": "# + value + " }"
    let line = try read(text)
    #expect(String(decoding: line.value, as: UTF8.self) == value)
    #expect(line.key.map { String(decoding: $0, as: UTF8.self) } == "ord\"er")
    #expect(headers(line) == ["ce_id=id-1", "empty=", "none=<null>", "ce_id=id-2"])
  }

  @Test(
    "an envelope's key: its own, else the value's transaction id",
    arguments: [
      (#"{"value":{"payment":{"merchantTransactionId":"t"}}}"#, "t"),
      (#"{"key":null,"value":{"payment":{"merchantTransactionId":"t"}}}"#, nil),
      (#"{"value":{},"headers":null}"#, nil), (#"{"key":"","value":{}}"#, ""),
    ] as [(String, String?)])
  func envelopeKey(_ text: String, _ key: String?) throws {
    #expect(try read(text).key.map { String(decoding: $0, as: UTF8.self) } == key)
  }

  @Test("an envelope's value need not be an object: the worker's answer to it can be tried")
  func oddValues() throws {
    for value in ["null", "[]", "\"text\"", "12"] {
      #expect(String(decoding: try read("{\"value\":\(value)}").value, as: UTF8.self) == value)
    }
  }

  @Test(
    "a faulty line is named by column and kind, never by content",
    arguments: [
      (#"{"a":1,}"#, 7, "a trailing comma"), (#"{"é":tru}"#, 6, "expected"), ("[1]", 1, "an array"), (#"  "secret""#, 3, "a string"),
      ("nonsense", 1, "a letter"),
      (#"{"a":1} x"#, 9, "a letter"), (#"{"value":{},"value":{}}"#, 13, "twice"), (#"{"value":{},"key":5}"#, 19, "a number"),
      (#"{"value":{},"headers":[]}"#, 23, "an array"), (#"{"é":1,"headers":{"h":true},"value":{}}"#, 0, ""),
      (#"{"headers":{"hé":true},"value":{}}"#, 18, "a boolean"),
    ])
  func faulty(_ text: String, _ column: Int, _ found: String) throws {
    guard column > 0 else {
      #expect(try read(text).headers.isEmpty)  // no envelope: it has a member of its own
      return
    }
    let error = try #require(throws: RequestLineError.self) { try read(text) }
    #expect(error.column == column)
    #expect(error.message.contains(found), "\(error.message)")
    #expect(!error.message.contains("secret"))
  }

  @Test("invalid UTF-8 is named too")
  func invalidUTF8() throws {
    var reader = JSONReader()
    let bytes: [UInt8] = Array(#"{"a":""#.utf8) + [0xFF] + Array("\"}".utf8)
    let error = try #require(throws: RequestLineError.self) { try RequestLine(bytes[...], reader: &reader) }
    #expect(error.column == 7)
  }
}
