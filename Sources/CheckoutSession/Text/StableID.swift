import Crypto

/// Ids that are the same whenever they are made from the same parts.
enum StableID {
  /// The first 16 bytes of SHA-256 over the purpose and the parts, each behind its length in eight big-endian bytes, and the number in eight
  /// big-endian bytes if there is one, written as a UUID of version 8 (RFC 9562, section 5.8).
  ///
  /// The lengths keep `("a", "bc")` and `("ab", "c")` apart, the purpose keeps ids of different things apart.
  static func make(purpose: String, parts: [String], number: UInt64? = nil) -> String {
    var input: [UInt8] = []
    input.reserveCapacity(192)
    append(purpose, to: &input)
    for part in parts { append(part, to: &input) }
    if let number { append(bigEndian: number, to: &input) }
    return UUIDFormat.version8(Array(SHA256.hash(data: input)))
  }

  private static func append(_ part: String, to bytes: inout [UInt8]) {
    append(bigEndian: UInt64(part.utf8.count), to: &bytes)
    bytes.append(contentsOf: part.utf8)
  }

  private static func append(bigEndian value: UInt64, to bytes: inout [UInt8]) {
    for index: UInt64 in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> (56 - 8 * index))) }
  }
}
