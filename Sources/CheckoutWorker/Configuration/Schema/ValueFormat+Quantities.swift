extension ValueFormat where Value == Duration {
  /// A duration: a whole number with one of `ms`, `s`, `m`, `h`, `d`.
  static func duration(in range: ClosedRange<Duration>) -> Self {
    let bounds = "\(DurationText.text(of: range.lowerBound)) to \(DurationText.text(of: range.upperBound))"
    return Self(
      type: "duration", range: bounds, expected: "a duration with its unit (ms, s, m, h, d) such as 15s, \(bounds)",
      parse: { text in DurationText.duration(of: text).flatMap { range.contains($0) ? $0 : nil } }, print: DurationText.text)
  }
}

extension ValueFormat where Value == Int {
  /// A size in bytes: a whole number with one of `B`, `KiB`, `MiB`, `GiB`.
  static func bytes(in range: ClosedRange<Int>) -> Self {
    let bounds = "\(ByteSizeText.text(of: range.lowerBound)) to \(ByteSizeText.text(of: range.upperBound))"
    return Self(
      type: "size", range: bounds, expected: "a size with its unit (B, KiB, MiB, GiB) such as 4MiB, \(bounds)",
      parse: { text in ByteSizeText.bytes(of: text).flatMap { range.contains($0) ? $0 : nil } }, print: ByteSizeText.text)
  }
}

extension ValueFormat where Value == Double {
  /// A number in a range, with or without a fraction.
  static func number(in range: ClosedRange<Double>) -> Self {
    let bounds = "\(text(of: range.lowerBound)) to \(text(of: range.upperBound))"
    return Self(
      type: "number", range: bounds, expected: "a number, \(bounds)",
      parse: { text in Double(text).flatMap { range.contains($0) ? $0 : nil } }, print: text)
  }

  /// The shortest text of a number.
  @Sendable private static func text(of value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
}

extension ValueFormat where Value == RequestRate {
  /// Requests per second, or `unlimited`.
  static let rate = Self(
    type: "number", range: "0.01 to 100000, or `unlimited`", expected: "a number of requests a second, 0.01 to 100000, or unlimited",
    parse: { text in
      if text == "unlimited" { return .unlimited }
      guard let rate = Double(text), (0.01...100_000).contains(rate) else { return nil }
      return .perSecond(rate)
    },
    print: { rate in
      switch rate {
      case .unlimited: "unlimited"
      case .perSecond(let value): value == value.rounded() ? "\(Int(value))" : "\(value)"
      }
    })
}

/// Durations as they stand in a configuration: `20ms`, `15s`, `5m`, `24h`, `7d`.
enum DurationText {
  /// Units, the largest first, in milliseconds.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// The duration that a text names; nil when it has no unit, an unknown one, a fraction, or does not fit.
  static func duration(of text: String) -> Duration? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    let unit = text.dropFirst(digits.count)
    guard let count = Int64(digits), let milliseconds = units.first(where: { $0.name == unit })?.milliseconds else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: milliseconds)
    return overflow ? nil : .milliseconds(product)
  }

  /// The shortest text of a duration in whole milliseconds.
  static func text(of duration: Duration) -> String {
    let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    guard milliseconds != 0, let unit = units.first(where: { milliseconds % $0.milliseconds == 0 }) else { return "0s" }
    return "\(milliseconds / unit.milliseconds)\(unit.name)"
  }
}

/// Sizes as they stand in a configuration: `256KiB`, `4MiB`.
enum ByteSizeText {
  /// Units, the largest first, in bytes.
  private static let units: [(name: String, bytes: Int)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)]

  /// The size that a text names in bytes; a space before the unit is allowed.
  static func bytes(of text: String) -> Int? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    let unit = String(text.dropFirst(digits.count)).trimmingWhitespace()
    guard let count = Int(digits), let bytes = units.first(where: { $0.name == unit })?.bytes else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: bytes)
    return overflow ? nil : product
  }

  /// The shortest text of a size in bytes.
  static func text(of bytes: Int) -> String {
    guard bytes != 0, let unit = units.first(where: { bytes % $0.bytes == 0 }) else { return "0B" }
    return "\(bytes / unit.bytes)\(unit.name)"
  }
}
