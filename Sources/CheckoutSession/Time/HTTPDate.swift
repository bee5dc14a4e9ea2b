/// Dates in HTTP headers (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT` and the two obsolete forms.
public enum HTTPDate {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// Reads a date in any of the three forms; nil for everything else. `now` decides the century of RFC 850's two-digit years: the date is
  /// not more than 50 years ahead. The weekday must be the name of one, but not the right one.
  public static func parse(_ text: String, now: Timestamp) -> Timestamp? {
    let parts = text.split(separator: " ").map(String.init)
    switch parts.count {
    case 6 where parts[5] == "GMT" && parts[0].hasSuffix(",") && isWeekday(parts[0].dropLast()):
      return timestamp(day: number(parts[1], digits: 2), month: parts[2], year: number(parts[3], digits: 4), time: parts[4])
    case 5 where isWeekday(parts[0]):
      let day = number(parts[2], digits: parts[2].utf8.count == 1 ? 1 : 2)
      return timestamp(day: day, month: parts[1], year: number(parts[4], digits: 4), time: parts[3])
    case 4 where parts[3] == "GMT" && parts[0].hasSuffix("day,") && isWeekday(parts[0].prefix(3)):
      let date = parts[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
      guard date.count == 3, let year = number(date[2], digits: 2) else { return nil }
      return timestamp(day: number(date[0], digits: 2), month: date[1], year: century(of: year, now: now) + year, time: parts[2])
    default: return nil
    }
  }

  /// Seconds since 1970 of a moment in UTC; nil if there is no such day or time. A leap second counts as the one after.
  public static func secondsSinceEpoch(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int64? {
    guard let date = CivilDate(year: year, month: month, day: day), 0..<24 ~= hour, 0..<60 ~= minute, 0...60 ~= second else { return nil }
    return date.daysSinceEpoch * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  private static func timestamp(day: Int?, month: String, year: Int?, time: String) -> Timestamp? {
    guard let day, let year, let month = months.firstIndex(of: month.lowercased()) else { return nil }
    let parts = time.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0), digits: 2) }
    guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2] else { return nil }
    return secondsSinceEpoch(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
      .map { Timestamp(millisecondsSinceEpoch: $0 * 1000) }
  }

  private static func isWeekday(_ text: some StringProtocol) -> Bool { weekdays.contains(text.lowercased()) }

  private static func century(of year: Int, now: Timestamp) -> Int {
    let current = CivilDate(daysSinceEpoch: CivilDate.floorDivide(now.millisecondsSinceEpoch, by: 86_400_000)).year
    let century = current / 100 * 100
    return century + year > current + 50 ? century - 100 : century
  }

  private static func number(_ text: String, digits: Int) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy(ASCIIText.isDigit) else { return nil }
    return Int(text)
  }
}
