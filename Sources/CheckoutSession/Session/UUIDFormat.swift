/// The 36-character form of a UUID, `8-4-4-4-12` hexadecimal digits.
public enum UUIDFormat {
  /// Whether `text` is a UUID in that form, in either case.
  public static func isUUID(_ text: some Collection<UInt8>) -> Bool {
    guard text.count == 36 else { return false }
    var position = 0
    for byte in text {
      switch position {
      case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
      default: guard isHexadecimal(byte) else { return false }
      }
      position += 1
    }
    return true
  }

  /// The first 16 of `bytes` as a UUID of version 8, whose content is the application's own (RFC 9562, section 5.8), in lower case.
  static func version8(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (index, byte) in bytes.prefix(16).enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
      let marked = index == 6 ? byte & 0x0F | 0x80 : index == 8 ? byte & 0x3F | 0x80 : byte
      text.append(HexadecimalText.digit(marked >> 4))
      text.append(HexadecimalText.digit(marked & 0xF))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
    default: false
    }
  }
}
