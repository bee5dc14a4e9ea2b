import Pacing

/// Where everything that a simulated world leaves open is decided: the same seed decides the same.
struct Chance {
  private var generator: SplitMix64

  init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
    // Neighbouring seeds begin with neighbouring states.
    _ = generator.next()
  }

  /// A number from 0 to `bound - 1`.
  mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

  /// True in `count` of `all` cases.
  mutating func happens(_ count: Int, of all: Int) -> Bool { count > 0 && below(all) < count }

  /// A seed for something of its own.
  mutating func seed() -> UInt64 { generator.next() }
}
