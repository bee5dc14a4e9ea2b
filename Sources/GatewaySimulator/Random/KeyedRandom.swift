/// A generator that starts from (seed, key, ordinal, purpose) instead of from where the last draw ended.
///
/// Requests reach the simulator in whatever order the network gives them, so one shared generator would make every run different. Here
/// each decision has its own stream: the third attempt for a merchantTransactionId draws the same fault in every run with the same seed.
struct KeyedRandom: RandomNumberGenerator {
  /// What is decided. Each purpose draws from its own stream, so that adding a fault to a scenario changes no session's fate.
  enum Purpose: UInt64 {
    case latency = 1
    case fault, burst, identifier, fate, timeToEnd, acceptedFor, visibilityDelay, shape, token
  }

  private var state: UInt64

  init(seed: UInt64, key: StableKey, ordinal: UInt64, purpose: Purpose) {
    var mixed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    mixed = Self.mix(mixed ^ key.rawValue)
    mixed = Self.mix(mixed &+ ordinal &* 0xD1B5_4A32_D192_ED03)
    state = Self.mix(mixed ^ (purpose.rawValue &* 0x9FB2_1C65_1E98_DF25))
  }

  /// The next 64 bits (SplitMix64).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number in [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
