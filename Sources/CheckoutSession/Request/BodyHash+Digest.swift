import Crypto

extension BodyHash {
  /// The digest of `body`.
  public init(of body: ArraySlice<UInt8>) {
    self.init(digest: SHA256.hash(data: body))
  }

  /// The digest in 64 lower-case hexadecimal digits.
  public var hexadecimal: String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(HexadecimalText.digit(byte >> 4))
      text.append(HexadecimalText.digit(byte & 0xF))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
