/// Foreign text made fit to be stored and published: no control characters, a bound on its length.
enum BoundedText {
  /// `text` with control characters and line separators turned into spaces, white space trimmed at both ends, and at most `bytesMax` bytes
  /// of UTF-8; what had to be cut ends with `…`.
  static func clean(_ text: String, bytesMax: Int) -> String {
    var result = ""
    var byteCount = 0
    var pendingSpace = false
    let ellipsis = "…"
    for scalar in text.unicodeScalars {
      if isControl(scalar) || scalar == " " {
        pendingSpace = byteCount > 0
        continue
      }
      let width = UTF8.width(scalar) + (pendingSpace ? 1 : 0)
      guard byteCount + width <= bytesMax else { return cut(result, to: bytesMax - ellipsis.utf8.count) + ellipsis }
      if pendingSpace { result.unicodeScalars.append(" ") }
      result.unicodeScalars.append(scalar)
      pendingSpace = false
      byteCount += width
    }
    return result
  }

  /// The longest beginning of `text` with at most `bytesMax` bytes that cuts no scalar in two.
  static func cut(_ text: String, to bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    var end = 0
    var result = ""
    for scalar in text.unicodeScalars {
      end += UTF8.width(scalar)
      guard end <= bytesMax else { break }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || scalar.value == 0x2028 || scalar.value == 0x2029
  }
}
