/// The UUID of a session: 128 bits in the 8-4-4-4-12 form.
enum SessionIdentifier {
  /// A random (version 4) UUID.
  static func draw(using random: inout KeyedRandom) -> UInt128 {
    let high = (random.next() & ~0xF000) | 0x4000
    let low = (random.next() & ~(0b11 << 62)) | (0b10 << 62)
    return UInt128(high) << 64 | UInt128(low)
  }

  /// The 36 characters, in lower case.
  static func text(_ id: UInt128) -> String {
    String(unsafeUninitializedCapacity: 36) { buffer in
      var shift = 124
      for position in 0..<36 {
        switch position {
        case 8, 13, 18, 23: buffer[position] = UInt8(ascii: "-")
        default:
          let digit = UInt8(truncatingIfNeeded: id >> UInt128(shift)) & 0xF
          buffer[position] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
          shift -= 4
        }
      }
      return 36
    }
  }

  /// The id that `text` names; nil if it is no UUID.
  static func parse(_ text: Substring.UTF8View) -> UInt128? {
    guard text.count == 36 else { return nil }
    var id: UInt128 = 0
    for (position, byte) in text.enumerated() {
      switch position {
      case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
      default:
        guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
        id = id << 4 | UInt128(digit)
      }
    }
    return id
  }
}
