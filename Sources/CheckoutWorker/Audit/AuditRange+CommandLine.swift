import CheckoutSession

extension AuditRange {
  /// Reads a moment: RFC 3339, or a duration such as `2h` for so long ago. Nil for other text.
  static func moment(_ text: String, now: Timestamp) -> Timestamp? {
    Timestamp(rfc3339: text) ?? DurationText.duration(of: text).map { now - $0 }
  }

  /// Reads `0:1500,1:1480`: offsets by partition. Nil for other text.
  static func offsets(_ text: String) -> [Int32: Int64]? {
    var offsets: [Int32: Int64] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = part.split(separator: ":", omittingEmptySubsequences: false)
      guard numbers.count == 2, let partition = Int32(numbers[0]), let offset = Int64(numbers[1]), partition >= 0, offset >= 0,
        offsets.updateValue(offset, forKey: partition) == nil
      else { return nil }
    }
    return offsets
  }
}
