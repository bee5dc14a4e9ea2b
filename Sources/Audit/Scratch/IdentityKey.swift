import CheckoutSession

/// An identity as 128 bits, keyed anew in every process: what histories are gathered by. Two identities share one with a probability of 2⁻¹²⁸ for any pair.
struct IdentityKey: Hashable {
  var high: Int64
  var low: Int64

  init(high: Int64, low: Int64) {
    self.high = high
    self.low = low
  }

  init(_ identity: RequestIdentity) {
    var hasher = Hasher()
    AuditFingerprint.combine(identity.merchantID.utf8, into: &hasher)
    AuditFingerprint.combine(identity.requestID.utf8, into: &hasher)
    var other = hasher
    other.combine(1 as UInt8)
    high = Int64(hasher.finalize())
    low = Int64(other.finalize())
  }

  /// Which of the scratch file's tables it is in.
  var bucket: Int { Int(UInt64(bitPattern: high) >> (64 - ScratchSchema.bucketBits)) }
}
