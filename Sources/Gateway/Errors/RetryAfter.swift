import CheckoutSession

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
  /// No wait is longer, whatever a server says: a slip of a server must not stop the work for a day.
  static let delayMax = Duration.seconds(3600)

  /// How long to wait from `now` on; nil if the text is neither. A date that has passed is no wait.
  static func delay(_ text: String, now: Timestamp) -> Duration? {
    if !text.isEmpty, text.utf8.allSatisfy(\.isDigit) {
      // More digits than a number can have are a very long wait.
      return min(Int64(text).map { .seconds($0) } ?? delayMax, delayMax)
    }
    guard let date = HTTPDate.parse(text, now: now) else { return nil }
    return min(max(date - now, .zero), delayMax)
  }
}
