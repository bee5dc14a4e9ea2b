import Logging
import Testing

@testable import Telemetry

@Suite struct TextLineTests {
  private static let head = "2026-11-23T11:15:00.123Z INFO     [kafka] "

  @Test func readsWell() {
    let line = LogFixture.line(
      .text(colour: false), "batch committed", ["records": .stringConvertible(500), "topic": "a b", "empty": "", "http": ["status": "503"]])
    #expect(line == Self.head + #"batch committed empty="" http.status=503 records=500 topic="a b""#)
  }

  @Test func staysOnOneLineAndGivesNoOrdersToTheTerminal() {
    let line = LogFixture.line(.text(colour: false), "a \"b\"\n\u{1B}[2Jc", ["k": "x\ny"])
    #expect(line == Self.head + #"a "b"\n\u001b[2Jc k="x\ny""#)
  }

  @Test func redacts() {
    let line = LogFixture.line(
      .text(colour: false), "Bearer abc123456789", ["hostedUrl": "u", "list": [["token": "t"]], "q": "client_secret=abc def"])
    #expect(line.contains("Bearer [redacted]"))
    #expect(line.contains("hostedUrl=[redacted]"))
    #expect(line.contains("client_secret=[redacted] def"))
    #expect(!line.contains("\"t\""))
  }

  @Test func colours() {
    let fixture = LogFixture(.text(colour: true))
    fixture.logger.error("m", metadata: ["k": "v"])
    #expect(fixture.sink.lines == ["2026-11-23T11:15:00.123Z \u{1B}[31mERROR   \u{1B}[0m [kafka] m \u{1B}[2mk=\u{1B}[0mv"])
  }

  @Test func longLinesAreCut() {
    for lineBytesMax in 256...300 {
      let line = LogFixture.line(.text(colour: false), "\(String(repeating: "é😀", count: 200))", ["k": "v"], lineBytesMax: lineBytesMax)
      #expect(line.utf8.count < lineBytesMax)
      #expect(line.hasSuffix("… [cut]"))
      #expect(!line.contains("\u{FFFD}"))
    }
  }
}
