/// What a decision is keyed by: a hash (64-bit FNV-1a) that is the same in every process, unlike `Hasher`'s.
struct StableKey: Hashable, Sendable {
  private(set) var rawValue: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The key of some bytes.
  init(_ bytes: some Sequence<UInt8>) { combine(bytes) }

  /// The key of a session.
  init(sessionID: UInt128) { rawValue = UInt64(truncatingIfNeeded: sessionID) ^ UInt64(truncatingIfNeeded: sessionID >> 64) }

  /// Adds `bytes`; order matters, and so does where one part ends and the next begins.
  mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { rawValue = (rawValue ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    rawValue = (rawValue ^ 0x1_0000) &* 0x0000_0100_0000_01B3
  }
}
