/// How a log event becomes a line (`log.format` in design/architecture.md).
public enum LogFormat: Sendable, Equatable {
  /// One JSON object a line, for log collectors.
  case json
  /// Time, level, label, message and `key=value` pairs, for people; `colour` adds ANSI colours to the level.
  case text(colour: Bool)
}
