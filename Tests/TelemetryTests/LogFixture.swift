import Logging

@testable import Telemetry

/// A logger whose lines can be read, at a fixed time of day.
struct LogFixture {
  static let time = LogTimestamp(secondsSinceEpoch: 1_795_432_500, milliseconds: 123)

  let sink = RecordingLogSink()
  let logger: Logger

  init(
    _ format: LogFormat, label: String = "kafka", level: Logger.Level = .trace, lineBytesMax: Int = LogOutput.defaultLineBytesMax,
    metadataProvider: Logger.MetadataProvider? = nil
  ) {
    let output = LogOutput(format: format, sink: sink, lineBytesMax: lineBytesMax, now: { Self.time })
    logger = Logger(label: label) { label in
      StructuredLogHandler(label: label, output: output, logLevel: level, metadataProvider: metadataProvider)
    }
  }

  /// The line of one event at level info.
  static func line(_ format: LogFormat, _ message: Logger.Message, _ metadata: Logger.Metadata = [:], lineBytesMax: Int = 16_384) -> String
  {
    let fixture = LogFixture(format, lineBytesMax: lineBytesMax)
    fixture.logger.info(message, metadata: metadata)
    return fixture.sink.lines.joined(separator: "\n")
  }
}
