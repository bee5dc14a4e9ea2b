import CheckoutSession

/// A session's id, a UUID, as 128 bits: in either case the same.
enum SessionBits {
  static func session(_ id: SessionID) -> Entry.Session {
    var halves: (UInt64, UInt64) = (0, 0)
    var count = 0
    for byte in id.rawValue.utf8 where byte != UInt8(ascii: "-") {
      let digit = UInt64(byte <= UInt8(ascii: "9") ? byte - UInt8(ascii: "0") : (byte | 0x20) - UInt8(ascii: "a") + 10)
      if count < 16 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
      count += 1
    }
    return Entry.Session(high: Int64(bitPattern: halves.0), low: Int64(bitPattern: halves.1))
  }

  /// The UUID in lower case.
  static func text(_ session: Entry.Session) -> String {
    var text = ""
    for (position, half) in [session.high, session.low].enumerated() {
      for digit in 0..<16 {
        if [8, 12, 16, 20].contains(position * 16 + digit) { text.append("-") }
        text.append(String(UInt64(bitPattern: half) >> UInt64(60 - digit * 4) & 0xF, radix: 16))
      }
    }
    return text
  }
}
