/// Every rule that a request breaks, in the order of ``RequestRules/all``.
public struct RequestViolations: Error, Hashable, Sendable, CustomStringConvertible {
  /// At least one.
  public let violations: [Violation]

  /// Wraps violations; nil if there are none.
  public init?(_ violations: [Violation]) {
    guard !violations.isEmpty else { return nil }
    self.violations = violations
  }

  /// The violations, parted by `; `, as many as fit 1024 bytes, then how many more there are.
  public var description: String { Self.list(violations.map(\.description), bytesMax: 1024) }

  /// As many of `parts` as fit `bytesMax` bytes of UTF-8 together with `… and N more` for the rest.
  static func list(_ parts: [String], bytesMax: Int) -> String {
    var text = ""
    for (index, part) in parts.enumerated() {
      let next = index == 0 ? part : text + "; " + part
      let left = parts.count - index - 1
      let reserve = left == 0 ? 0 : "; … and \(left) more".utf8.count
      if next.utf8.count + reserve > bytesMax {
        let more = "; … and \(left + 1) more"
        return index == 0
          ? BoundedText.clean(part, bytesMax: bytesMax - more.utf8.count) + (left > 0 ? "; … and \(left) more" : "") : text + more
      }
      text = next
    }
    return text
  }
}
