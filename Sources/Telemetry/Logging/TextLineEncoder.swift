import Logging

/// Writes a log event for people: `2026-11-23T11:15:00.123Z INFO     [kafka] message key=value`.
struct TextLineEncoder {
  /// The mark of a cut line, a newline, and colour codes.
  static let reservedBytes = 64

  let colour: Bool

  func encode(_ line: LogLine, lineBytesMax: Int) -> [UInt8] {
    var buffer = LineBuffer(lineBytesMax: lineBytesMax, reservedBytes: Self.reservedBytes)
    line.time.append(to: &buffer)
    buffer.append(UInt8(ascii: " "))
    appendLevel(line.level, to: &buffer)
    buffer.append(" [")
    var isWhole = buffer.appendSafely(line.label, quotes: false)
    buffer.append("] ")
    isWhole = buffer.appendSafely(line.message, quotes: false) && isWhole
    for member in line.members where isWhole {
      isWhole = append(member, to: &buffer)
    }
    if !isWhole { buffer.append(" [cut]") }
    buffer.append(UInt8(ascii: "\n"))
    return buffer.bytes
  }

  private func append(_ member: LogMember, to buffer: inout LineBuffer) -> Bool {
    let start = buffer.count
    buffer.append(UInt8(ascii: " "))
    if colour { buffer.append("\u{1B}[2m") }
    let isNameWhole = buffer.appendSafely(member.name, quotes: false)
    buffer.append(UInt8(ascii: "="))
    if colour { buffer.append("\u{1B}[0m") }
    guard isNameWhole, !buffer.isOverfull else {
      buffer.truncate(to: start)
      return false
    }
    if member.isSensitive { return buffer.appendRedactionMark() }
    let text = LogMember.description(of: member.value)
    guard Self.needsQuotes(text) else { return buffer.appendSafely(text, quotes: false) }
    buffer.append(UInt8(ascii: "\""))
    let isWhole = buffer.appendSafely(text, quotes: true)
    buffer.append(UInt8(ascii: "\""))
    return isWhole
  }

  private func appendLevel(_ level: Logger.Level, to buffer: inout LineBuffer) {
    if colour { buffer.append(Self.colour(of: level)) }
    switch level {
    case .trace: buffer.append("TRACE   ")
    case .debug: buffer.append("DEBUG   ")
    case .info: buffer.append("INFO    ")
    case .notice: buffer.append("NOTICE  ")
    case .warning: buffer.append("WARNING ")
    case .error: buffer.append("ERROR   ")
    case .critical: buffer.append("CRITICAL")
    }
    if colour { buffer.append("\u{1B}[0m") }
  }

  private static func colour(of level: Logger.Level) -> StaticString {
    switch level {
    case .trace, .debug: "\u{1B}[2m"
    case .info: "\u{1B}[32m"
    case .notice: "\u{1B}[36m"
    case .warning: "\u{1B}[33m"
    case .error, .critical: "\u{1B}[31m"
    }
  }

  private static func needsQuotes(_ text: String) -> Bool {
    text.isEmpty || text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") || $0 == 0x7F }
  }
}
