import Logging

/// Writes a log event as one JSON object: `time`, `level`, `label`, `message`, then the metadata as members of the same object.
///
/// A line that would be too long ends with the member `"cut":true`: the string that did not fit ends with `…`, later members are left out.
struct JSONLineEncoder {
  /// Closing quote, `,"cut":true}`, a newline and the structure of the fixed members that a long label leaves no room for.
  static let reservedBytes = 64

  /// Nesting of arrays and of dictionaries in arrays that is written as JSON; anything deeper becomes a string.
  private static let depthMax = 8

  func encode(_ line: LogLine, lineBytesMax: Int) -> [UInt8] {
    var buffer = LineBuffer(lineBytesMax: lineBytesMax, reservedBytes: Self.reservedBytes)
    buffer.append("{\"time\":\"")
    line.time.append(to: &buffer)
    buffer.append("\",\"level\":\"")
    var isWhole = buffer.appendSafely(line.level.rawValue, quotes: true)
    buffer.append("\",\"label\":\"")
    isWhole = buffer.appendSafely(line.label, quotes: true) && isWhole
    buffer.append("\",\"message\":\"")
    isWhole = buffer.appendSafely(line.message, quotes: true) && isWhole
    buffer.append(UInt8(ascii: "\""))
    for member in line.members where isWhole {
      isWhole = append(member, to: &buffer)
    }
    if !isWhole { buffer.append(",\"cut\":true") }
    buffer.append("}\n")
    return buffer.bytes
  }

  /// How much of a value went into the line.
  private enum Fit {
    /// All of it.
    case whole
    /// A string's beginning, properly closed.
    case cut
    /// Something that is not JSON as it stands and has to be taken back.
    case broken
  }

  /// Appends one member; a string may be cut, anything else that does not fit is taken back. False when the line is full.
  private func append(_ member: LogMember, to buffer: inout LineBuffer) -> Bool {
    let start = buffer.count
    buffer.append(",\"")
    let isNameWhole = buffer.appendSafely(member.name, quotes: true)
    buffer.append("\":")
    guard isNameWhole, !buffer.isOverfull else {
      buffer.truncate(to: start)
      return false
    }
    let fit = member.isSensitive ? appendString(nil, to: &buffer) : appendValue(member.value, depth: 0, to: &buffer)
    if fit == .broken { buffer.truncate(to: start) }
    return fit == .whole
  }

  private func appendValue(_ value: Logger.MetadataValue, depth: Int, to buffer: inout LineBuffer) -> Fit {
    switch value {
    case .string(let text):
      return appendString(text, to: &buffer)
    case .stringConvertible(let convertible):
      guard let literal = Self.literal(convertible) else { return appendString(convertible.description, to: &buffer) }
      return buffer.appendSafely(literal, quotes: false) ? .whole : .broken
    case .array, .dictionary:
      guard depth < Self.depthMax else { return appendString(LogMember.description(of: value), to: &buffer) }
      return appendNested(value, depth: depth, to: &buffer)
    }
  }

  private func appendNested(_ value: Logger.MetadataValue, depth: Int, to buffer: inout LineBuffer) -> Fit {
    var isFirst = true
    if case .array(let elements) = value {
      buffer.append(UInt8(ascii: "["))
      for element in elements {
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        isFirst = false
        guard appendValue(element, depth: depth + 1, to: &buffer) == .whole else { return .broken }
      }
      buffer.append(UInt8(ascii: "]"))
    } else if case .dictionary(let entries) = value {
      buffer.append(UInt8(ascii: "{"))
      for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        isFirst = false
        guard appendString(key, to: &buffer) == .whole else { return .broken }
        buffer.append(UInt8(ascii: ":"))
        let isSensitive = Redaction.isSensitive(key: key)
        let fit = isSensitive ? appendString(nil, to: &buffer) : appendValue(value, depth: depth + 1, to: &buffer)
        guard fit == .whole else { return .broken }
      }
      buffer.append(UInt8(ascii: "}"))
    }
    return buffer.isOverfull ? .broken : .whole
  }

  /// Appends a JSON string; nil stands for a value that is not shown.
  private func appendString(_ text: String?, to buffer: inout LineBuffer) -> Fit {
    buffer.append(UInt8(ascii: "\""))
    let isWhole = if let text { buffer.appendSafely(text, quotes: true) } else { buffer.appendRedactionMark() }
    buffer.append(UInt8(ascii: "\""))
    return isWhole ? .whole : .cut
  }

  /// The JSON literal of a value that is a number or a truth value, so that collectors can compare and sum it.
  private static func literal(_ value: any CustomStringConvertible & Sendable) -> String? {
    switch value {
    case let value as Bool: value ? "true" : "false"
    case let value as any FixedWidthInteger: value.description
    case let value as Double: value.isFinite ? value.description : nil
    default: nil
    }
  }
}
