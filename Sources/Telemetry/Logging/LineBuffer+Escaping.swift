extension LineBuffer {
  /// Appends text from outside: sensitive parts redacted, characters that could break the line or the terminal escaped, cut when it does not fit.
  ///
  /// - Parameter quotes: whether `"` and `\` are escaped too (inside JSON and quoted values).
  /// - Returns: false when the text was cut; it then ends with the mark `…`, for which room is kept back.
  mutating func appendSafely(_ text: String, quotes: Bool) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var position = 0
      for range in Redaction.sensitiveRanges(in: bytes) {
        guard appendEscaped(bytes[position..<range.lowerBound], quotes: quotes), appendRedactionMark() else { return false }
        position = range.upperBound
      }
      return appendEscaped(bytes[position...], quotes: quotes)
    }
  }

  /// Appends `[redacted]` when it fits; returns false and appends `…` when it does not.
  mutating func appendRedactionMark() -> Bool {
    guard remainingBytes >= Redaction.mark.utf8CodeUnitCount else {
      append("…")
      return false
    }
    append(Redaction.mark)
    return true
  }

  private mutating func appendEscaped(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, quotes: Bool) -> Bool {
    var cleanStart = bytes.startIndex
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard let special = Self.specialCharacter(at: index, in: bytes, quotes: quotes) else {
        index += 1
        continue
      }
      guard appendClean(bytes[cleanStart..<index]), appendEscape(codePoint: special.codePoint) else { return false }
      index += special.length
      cleanStart = index
    }
    return appendClean(bytes[cleanStart...])
  }

  /// Appends bytes that need no escape, or as many whole characters of them as fit.
  private mutating func appendClean(_ run: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    if run.count <= remainingBytes {
      append(contentsOf: UnsafeBufferPointer(rebasing: run))
      return true
    }
    var end = run.startIndex + remainingBytes
    // 0b10xxxxxx continues a character: the cut goes before the character that would be split.
    while end > run.startIndex, run[end] & 0xC0 == 0x80 { end -= 1 }
    append(contentsOf: UnsafeBufferPointer(rebasing: run[run.startIndex..<end]))
    append("…")
    return false
  }

  private mutating func appendEscape(codePoint: Int) -> Bool {
    guard remainingBytes >= 6 else {
      append("…")
      return false
    }
    append(UInt8(ascii: "\\"))
    switch codePoint {
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0D: append(UInt8(ascii: "r"))
    case 0x22, 0x5C: append(UInt8(codePoint))
    default:
      append(UInt8(ascii: "u"))
      for shift in [12, 8, 4, 0] {
        let digit = UInt8(codePoint >> shift & 0xF)
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
    return true
  }

  /// The character at `index` when it must be escaped: controls (C0, DEL, C1: a terminal obeys them), line and paragraph separators, and the
  /// characters that reorder text on screen; in valid UTF-8 their first byte tells them apart.
  private static func specialCharacter(
    at index: Int, in bytes: Slice<UnsafeBufferPointer<UInt8>>, quotes: Bool
  ) -> (codePoint: Int, length: Int)? {
    let byte = bytes[index]
    if byte < 0x20 || byte == 0x7F { return (Int(byte), 1) }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return quotes ? (Int(byte), 1) : nil }
    if byte == 0xC2, index + 1 < bytes.endIndex, bytes[index + 1] < 0xA0 { return (Int(bytes[index + 1]), 2) }
    guard byte == 0xE2, index + 2 < bytes.endIndex else { return nil }
    let last = bytes[index + 2]
    switch bytes[index + 1] {
    case 0x80 where (0xA8...0xAE).contains(last): return (0x2028 + Int(last - 0xA8), 3)
    case 0x81 where (0xA6...0xA9).contains(last): return (0x2066 + Int(last - 0xA6), 3)
    default: return nil
    }
  }
}
