import CheckoutSession

/// A moment as HTTP headers write it (RFC 9110, 5.6.7).
enum HTTPDate {
  private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`; parts of a second are dropped.
  static func text(secondsSinceEpoch: Int64) -> String {
    let parts = Timestamp(millisecondsSinceEpoch: secondsSinceEpoch * 1000).rfc3339.split { "-T:.".contains($0) }
    let weekday = weekdays[Int(secondsSinceEpoch / 86_400 % 7)]
    let month = months[(Int(parts[1]) ?? 1) - 1]
    return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
  }
}
