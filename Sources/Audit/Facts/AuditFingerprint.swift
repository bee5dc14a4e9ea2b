/// 64 bits that tell bytes from others without keeping them. Keyed anew in every process, so it means nothing outside of one audit.
///
/// Two different values have the same one with a probability of 2⁻⁶⁴, which is only ever asked within one identity.
public struct AuditFingerprint: Hashable, Sendable {
  var bits: Int64

  init(bits: Int64) { self.bits = bits }

  /// Of nothing.
  public static let none = AuditFingerprint(bits: 0)

  /// Of these bytes.
  public init(of bytes: some Collection<UInt8>) {
    var hasher = Hasher()
    Self.combine(bytes, into: &hasher)
    self.init(hasher)
  }

  /// Of what was combined; never ``none``.
  public init(_ hasher: Hasher) {
    let bits = Int64(hasher.finalize())
    self.bits = bits == 0 ? 1 : bits
  }

  /// Adds bytes behind their length, so that neighbours do not run into each other.
  public static func combine(_ bytes: some Collection<UInt8>, into hasher: inout Hasher) {
    hasher.combine(bytes.count)
    if bytes.withContiguousStorageIfAvailable({ hasher.combine(bytes: UnsafeRawBufferPointer($0)) }) == nil {
      for byte in bytes { hasher.combine(byte) }
    }
  }
}
