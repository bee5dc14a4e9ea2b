import Foundation
import Logging
import Testing

@testable import Telemetry

@Suite struct JSONLineTests {
  private static let head = #"{"time":"2026-11-23T11:15:00.123Z","level":"info","label":"kafka","message":"#

  @Test(arguments: [
    ("plain", #""plain""#),
    ("a\"b\\c", #""a\"b\\c""#),
    ("line\nnext\r\ttab", #""line\nnext\r\ttab""#),
    ("\u{0}\u{1B}[31m\u{7F}\u{9B}", #""\u0000\u001b[31m\u007f\u009b""#),
    ("\u{2028}\u{202E}\u{2066}\u{2069}", #""\u2028\u202e\u2066\u2069""#),
    ("é€😀 \u{A0}‐†", "\"é€😀 \u{A0}‐†\""),
    ("", #""""#),
  ])
  func escapesMessages(message: String, expected: String) {
    #expect(LogFixture.line(.json, "\(message)") == Self.head + expected + "}")
  }

  @Test func metadataAreMembersInTheOrderOfTheirNames() {
    let line = LogFixture.line(
      .json, "m",
      [
        "records": .stringConvertible(500), "big": .stringConvertible(UInt64.max), "share": .stringConvertible(0.25),
        "done": .stringConvertible(true),
        "odd": .stringConvertible(Double.nan), "text": "5", "topics": ["a", .stringConvertible(1), ["b": "c", "hostedUrl": "x"]],
        "http": ["status": .stringConvertible(503), "deep": ["er": "y"]],
      ])
    #expect(
      line == Self.head + #""m","big":18446744073709551615,"done":true,"http.deep.er":"y","http.status":503,"odd":"nan","records":500,"#
        + #""share":0.25,"text":"5","topics":["a",1,{"b":"c","hostedUrl":"[redacted]"}]}"#)
  }

  @Test func noNameStandsTwice() {
    let line = LogFixture.line(.json, "m", ["message": "x", "time": "y", "a.b": "1", "a": ["b": "2"]])
    #expect(line.components(separatedBy: #""a.b":"#).count == 2)
    #expect(line.hasSuffix(#","metadata.message":"x","metadata.time":"y"}"#))
  }

  @Test func sensitiveKeysAndValuesAreRedacted() {
    let line = LogFixture.line(
      .json, "sent Bearer abc123456789",
      [
        "token": "t", "reply": ["hostedUrl": ["x", "y"]], "url": "https://h/app?checkoutSessionId=1",
        "note": .stringConvertible(Secretive()),
      ])
    #expect(
      line == Self.head
        + #""sent Bearer [redacted]","note":"Basic [redacted]","reply.hostedUrl":"[redacted]","token":"[redacted]","url":"[redacted]"}"#)
  }

  /// Whatever is cut where: one valid object, within the bound, with the mark.
  @Test(arguments: [
    ("message", String(repeating: "ab\n😀\u{1B}é\"", count: 200), [:] as Logger.Metadata),
    ("string value", "m", ["k": .string(String(repeating: "é😀\\", count: 300))]),
    ("many members", "m", Dictionary(uniqueKeysWithValues: (0..<200).map { ("key\($0)", .stringConvertible($0)) })),
    ("array", "m", ["a": .array((0..<400).map { .stringConvertible($0) }), "z": "end"]),
    ("long name", "m", [String(repeating: "né", count: 400): "x"]),
    ("redactions", String(repeating: "Bearer 0123456789 ", count: 100), [:]),
    ("convertible", "m", ["k": .stringConvertible(Long())]),
  ])
  func cutLinesAreValid(name: String, message: String, metadata: Logger.Metadata) throws {
    for lineBytesMax in 256...420 {
      let line = LogFixture.line(.json, "\(message)", metadata, lineBytesMax: lineBytesMax)
      #expect(line.utf8.count < lineBytesMax)
      #expect(!line.contains("\u{FFFD}"))
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["cut"] as? Bool == true, "\(name) at \(lineBytesMax): \(line)")
    }
  }

  @Test func longLabelsLeaveAValidLine() throws {
    let fixture = LogFixture(.json, label: String(repeating: "l\"", count: 5000), lineBytesMax: 256)
    fixture.logger.info("message", metadata: ["k": "v"])
    let line = try #require(fixture.sink.lines.first)
    #expect(line.utf8.count < 256)
    #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
  }

  @Test func linesUpToTheBoundAreWhole() {
    let text = String(repeating: "x", count: 16_384 - 256)
    let line = LogFixture.line(.json, "\(text)")
    #expect(line.hasSuffix("xx\"}"))
    let cut = LogFixture.line(.json, "\(text + text)")
    #expect(cut.utf8.count < 16_384)
    #expect(cut.hasSuffix("x…\",\"cut\":true}"))
  }

  private struct Secretive: CustomStringConvertible, Sendable {
    let description = "Basic QWxhZGRpbjpvcGVu"
  }

  private struct Long: CustomStringConvertible, Sendable {
    let description = String(repeating: "long ", count: 400)
  }
}
