/// Numbers of headers, which come in two forms: big endian in 4 or 8 bytes, as this worker and Spring write those under `kafka_dlt-`, or as text.
public enum HeaderNumber {
  /// The number; nil if it is none, or negative.
  ///
  /// A text of 4 or 8 digits has the length of a binary number. It is taken as text: read as binary it would be more than 800 million (4 bytes) or
  /// more than 3 * 10^18 (8 bytes), which is no partition, and no offset that any topic has reached.
  public static func read(_ bytes: ArraySlice<UInt8>) -> Int64? {
    if !bytes.isEmpty, bytes.count <= 19, bytes.allSatisfy({ 0x30...0x39 ~= $0 }) { return Int64(String(decoding: bytes, as: UTF8.self)) }
    guard bytes.count == 4 || bytes.count == 8, let first = bytes.first, first < 0x80 else { return nil }
    return bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
  }
}
