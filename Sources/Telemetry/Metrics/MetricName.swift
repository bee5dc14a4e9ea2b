/// The Prometheus rules for names (text exposition format 0.0.4).
enum MetricName {
  /// `[a-zA-Z_:][a-zA-Z0-9_:]*`
  static func isValid(_ name: String) -> Bool {
    matches(name, allowsColon: true)
  }

  /// `[a-zA-Z_][a-zA-Z0-9_]*`, not starting with `__` (kept for Prometheus itself).
  static func isValidLabel(_ name: String) -> Bool {
    matches(name, allowsColon: false) && !name.hasPrefix("__")
  }

  /// The nearest valid metric name: `.`, `-` and whatever else is not allowed become `_`. For metrics of libraries, named by their own rules.
  static func sanitized(_ name: String) -> String {
    sanitized(name, allowsColon: true)
  }

  /// The nearest valid label name.
  static func sanitizedLabel(_ name: String) -> String {
    var result = sanitized(name, allowsColon: false)
    while result.hasPrefix("__") { result.removeFirst() }
    return result
  }

  private static func matches(_ name: String, allowsColon: Bool) -> Bool {
    guard let first = name.utf8.first, isAllowed(first, allowsColon: allowsColon), !isDigit(first) else { return false }
    return name.utf8.allSatisfy { isAllowed($0, allowsColon: allowsColon) }
  }

  private static func sanitized(_ name: String, allowsColon: Bool) -> String {
    var result = String(decoding: name.utf8.map { isAllowed($0, allowsColon: allowsColon) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    if result.utf8.first.map(isDigit) ?? true { result = "_" + result }
    return result
  }

  private static func isAllowed(_ byte: UInt8, allowsColon: Bool) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
    case UInt8(ascii: ":"): allowsColon
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte)
  }
}
