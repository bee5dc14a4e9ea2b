/// Durations as scenario files write them: a number and a unit, `250ms`, `1.5s`, `15m`.
enum DurationText {
  private static let units: [(suffix: String, nanoseconds: Double)] = [
    ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
  ]

  /// The duration that `text` says; nil if it says none, or a negative one, or more than 1000 hours.
  static func parse(_ text: some StringProtocol) -> Duration? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text.dropFirst(digits.count)
    guard let unit = units.first(where: { $0.suffix == suffix }), let number = Double(digits) else { return nil }
    let nanoseconds = (number * unit.nanoseconds).rounded()
    guard nanoseconds >= 0, nanoseconds <= 3600e12 else { return nil }
    return .nanoseconds(Int64(nanoseconds))
  }
}
