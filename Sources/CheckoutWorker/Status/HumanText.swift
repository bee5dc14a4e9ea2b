import CheckoutSession

/// Numbers, lengths of time and moments as people read them.
enum HumanText {
  /// `1,234,567`.
  static func number(_ value: some BinaryInteger) -> String {
    let digits = Array(String(value.magnitude).utf8)
    var text: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(UInt8(ascii: ",")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `1,000 requests`, `1 request`: the number and the word for it.
  static func count(_ value: some BinaryInteger, _ singular: String, _ plural: String? = nil) -> String {
    "\(number(value)) \(value == 1 ? singular : plural ?? singular + "s")"
  }

  /// Two units at most, the smaller one rounded down: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `4 d 1 h`.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = max(0, duration.wholeMilliseconds)
    if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
    let seconds = milliseconds / 1000
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
    case ..<86_400: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
    }
  }

  /// `1.5 MiB`.
  static func bytes(_ bytes: Int64) -> String {
    var units = ["KiB", "MiB", "GiB"][...]
    guard bytes >= 1024 else { return "\(bytes) B" }
    var tenths = bytes * 10 / 1024
    while tenths >= 10_240, units.count > 1 {
      tenths /= 1024
      units.removeFirst()
    }
    return "\(number(tenths / 10)).\(tenths % 10) \(units.first ?? "")"
  }
}
