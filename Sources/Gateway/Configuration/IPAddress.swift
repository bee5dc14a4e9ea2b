#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An IPv4 or IPv6 address: 4 or 16 bytes in network order.
struct IPAddress: Hashable, Sendable {
  let bytes: [UInt8]

  /// Reads the usual text forms; nil for a name.
  init?(_ text: some StringProtocol) {
    var v4 = [UInt8](repeating: 0, count: 4)
    var v6 = [UInt8](repeating: 0, count: 16)
    let text = String(text)
    if inet_pton(AF_INET, text, &v4) == 1 {
      bytes = v4
    } else if inet_pton(AF_INET6, text, &v6) == 1 {
      bytes = v6
    } else {
      return nil
    }
  }

  /// Whether the first `bitCount` bits are those of `other`.
  func sharesPrefix(_ other: IPAddress, bitCount: Int) -> Bool {
    guard bytes.count == other.bytes.count, bitCount <= bytes.count * 8 else { return false }
    let whole = bitCount / 8
    guard bytes[..<whole] == other.bytes[..<whole] else { return false }
    let rest = bitCount % 8
    return rest == 0 || (bytes[whole] ^ other.bytes[whole]) >> (8 - rest) == 0
  }
}
