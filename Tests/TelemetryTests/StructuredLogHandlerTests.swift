import Logging
import Testing

@testable import Telemetry

@Suite struct StructuredLogHandlerTests {
  private struct Fault: Error, CustomStringConvertible {
    let description = "no route"
  }

  @Test func theCallRanksBeforeTheProviderBeforeTheLogger() {
    let provider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
    let fixture = LogFixture(.text(colour: false), metadataProvider: provider)
    var logger = fixture.logger
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger.info("m", metadata: ["c": "call"])
    #expect(fixture.sink.lines.first?.hasSuffix("m a=logger b=provider c=call") == true)
    #expect(logger[metadataKey: "a"] == "logger")
  }

  @Test func attachedErrorsBecomeMembers() {
    let fixture = LogFixture(.text(colour: false))
    fixture.logger.error("failed", error: Fault())
    let line = fixture.sink.lines.first ?? ""
    #expect(line.contains("error.message=\"no route\""))
    #expect(line.contains("error.type=") && line.contains("Fault"))
  }

  @Test func levelsBelowTheHandlersAreNotWritten() {
    let fixture = LogFixture(.json, level: .warning)
    for level in Logger.Level.allCases { fixture.logger.log(level: level, "m") }
    #expect(fixture.sink.lines.count == 3)
  }
}
