/// Where and how log lines are written; shared by the handlers of all loggers.
public struct LogOutput: Sendable {
  /// The longest line unless configured otherwise, in bytes, its newline included.
  public static let defaultLineBytesMax = 16 * 1024

  /// How an event becomes a line.
  public var format: LogFormat
  /// Where lines go.
  public var sink: any LogSink
  /// The longest line in bytes, its newline included; longer ones are cut and marked. At least 256.
  public var lineBytesMax: Int
  /// The time of day, injected so that tests can fix it.
  public var now: @Sendable () -> LogTimestamp

  /// Creates an output; the default writes to standard error.
  public init(
    format: LogFormat,
    sink: any LogSink = DescriptorLogSink.standardError,
    lineBytesMax: Int = LogOutput.defaultLineBytesMax,
    now: @escaping @Sendable () -> LogTimestamp = { .now() }
  ) {
    self.format = format
    self.sink = sink
    self.lineBytesMax = max(lineBytesMax, 256)
    self.now = now
  }

  /// Standard error in the format of `log.format`'s default: text on a terminal (in colour where it shows), JSON elsewhere.
  public static func standardError() -> LogOutput {
    let isTerminal = DescriptorLogSink.standardErrorIsTerminal
    return LogOutput(format: isTerminal ? .text(colour: DescriptorLogSink.standardErrorShowsColour) : .json)
  }

  func write(_ line: LogLine) {
    let bytes =
      switch format {
      case .json: JSONLineEncoder().encode(line, lineBytesMax: lineBytesMax)
      case .text(let colour): TextLineEncoder(colour: colour).encode(line, lineBytesMax: lineBytesMax)
      }
    sink.write(line: bytes)
  }
}
