/// Where finished log lines go. Called from any thread, also at the same time.
public protocol LogSink: Sendable {
  /// Takes one line, its newline included. Must not fail: a sink that cannot write counts the line as dropped.
  func write(line: [UInt8])
}
