/// How foreign text is stored: PostgreSQL's `text` holds everything but U+0000, which a request id or a `merchantTransactionId` may have in it. Refusing it
/// would hold up its whole batch for ever.
///
/// U+0000 becomes U+001A (SUBSTITUTE) and `0`, U+001A itself U+001A and `1`: different texts stay different, and reading gives back the very text.
enum PostgresText {
  private static let mark = UInt8(0x1A)

  /// What to store for a text.
  static func stored(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0 || $0 == mark }) else { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0: bytes += [mark, UInt8(ascii: "0")]
      case mark: bytes += [mark, UInt8(ascii: "1")]
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text of what is stored.
  static func read(_ stored: String) -> String {
    guard stored.utf8.contains(mark) else { return stored }
    var bytes: [UInt8] = []
    var isMarked = false
    for byte in stored.utf8 {
      if isMarked { bytes.append(byte == UInt8(ascii: "0") ? 0 : mark) } else if byte != mark { bytes.append(byte) }
      isMarked = byte == mark && !isMarked
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
