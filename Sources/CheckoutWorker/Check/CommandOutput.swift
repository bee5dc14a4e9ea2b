/// Where a command's words go: the standard streams, or a test.
struct CommandOutput: Sendable {
  /// What the command was asked for.
  var write: @Sendable (String) -> Void
  /// What went wrong.
  var writeError: @Sendable (String) -> Void

  /// Standard output and standard error.
  static let standard = CommandOutput(write: { StandardStreams.write($0) }, writeError: { StandardStreams.writeError($0) })
}
