import Synchronization

/// Keeps lines in memory, for tests that read what was logged. Holds at most `linesMax` and counts the rest.
public final class RecordingLogSink: LogSink {
  private struct State {
    var lines: [String] = []
    var droppedLines = 0
  }

  private let linesMax: Int
  private let state = Mutex(State())

  /// - Parameter linesMax: how many lines are kept; later ones are only counted.
  public init(linesMax: Int = 100_000) {
    self.linesMax = linesMax
  }

  /// Every line kept so far, without its newline.
  public var lines: [String] { state.withLock { $0.lines } }

  /// Lines that came after `linesMax`.
  public var droppedLines: Int { state.withLock { $0.droppedLines } }

  /// Keeps the line. Bytes that are not UTF-8 are shown as U+FFFD: a test that looks for that sign finds the fault.
  public func write(line: [UInt8]) {
    let text = String(decoding: line.last == UInt8(ascii: "\n") ? line.dropLast() : line[...], as: UTF8.self)
    state.withLock { state in
      if state.lines.count < linesMax { state.lines.append(text) } else { state.droppedLines += 1 }
    }
  }
}
