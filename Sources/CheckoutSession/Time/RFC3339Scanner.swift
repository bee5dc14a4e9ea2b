/// Reads RFC 3339 date-times (section 5.6).
enum RFC3339Scanner {
  /// Milliseconds since the epoch; nil if `text` is no date-time.
  static func milliseconds(_ text: Span<UInt8>) -> Int64? {
    guard (20...64).contains(text.count), let date = date(text), let time = time(text) else { return nil }
    var position = 19
    guard let fraction = fraction(text, &position), let offset = offsetSeconds(text, position) else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + time.secondOfDay - offset
    guard !time.isLeapSecond || endsMonth(seconds) else { return nil }
    return seconds * 1000 + (time.isLeapSecond ? 0 : fraction)
  }

  private static func date(_ text: Span<UInt8>) -> CivilDate? {
    guard let year = number(text, 0, digits: 4), text[4] == UInt8(ascii: "-"), let month = number(text, 5, digits: 2),
      text[7] == UInt8(ascii: "-"), let day = number(text, 8, digits: 2),
      text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " ")
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  private static func time(_ text: Span<UInt8>) -> (secondOfDay: Int64, isLeapSecond: Bool)? {
    guard let hour = number(text, 11, digits: 2), hour <= 23, text[13] == UInt8(ascii: ":"),
      let minute = number(text, 14, digits: 2), minute <= 59, text[16] == UInt8(ascii: ":"),
      let second = number(text, 17, digits: 2), second <= 60
    else { return nil }
    return (Int64(hour * 3600 + minute * 60 + second), second == 60)
  }

  /// Milliseconds of the fraction at `position`, which moves behind it; 0 if there is none, nil if it has no digits.
  private static func fraction(_ text: Span<UInt8>, _ position: inout Int) -> Int64? {
    guard text[position] == UInt8(ascii: ".") else { return 0 }
    position += 1
    let first = position
    var result: Int64 = 0
    while position < text.count, JSONText.isDigit(text[position]) {
      if position - first < 3 { result = result * 10 + Int64(text[position] - UInt8(ascii: "0")) }
      position += 1
    }
    switch position - first {
    case 0: return nil
    case 1: return result * 100
    case 2: return result * 10
    default: return result
    }
  }

  /// Seconds east of UTC of the offset that fills the text from `position`; nil if there is no such offset.
  private static func offsetSeconds(_ text: Span<UInt8>, _ position: Int) -> Int64? {
    guard position < text.count else { return nil }
    if text[position] | 0x20 == UInt8(ascii: "z") { return position + 1 == text.count ? 0 : nil }
    guard text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-"), position + 6 == text.count,
      text[position + 3] == UInt8(ascii: ":"), let hours = number(text, position + 1, digits: 2), hours <= 23,
      let minutes = number(text, position + 4, digits: 2), minutes <= 59
    else { return nil }
    let seconds = Int64(hours * 3600 + minutes * 60)
    return text[position] == UInt8(ascii: "-") ? -seconds : seconds
  }

  /// Whether the UTC second is the first of a month: leap seconds stand just before one.
  private static func endsMonth(_ seconds: Int64) -> Bool {
    let day = CivilDate.floorDivide(seconds, by: 86_400)
    return seconds == day * 86_400 && CivilDate(daysSinceEpoch: day).day == 1
  }

  /// The decimal number in `digits` digits at `position`; nil if one of them is no digit.
  static func number(_ text: Span<UInt8>, _ position: Int, digits: Int) -> Int? {
    guard position + digits <= text.count else { return nil }
    var result = 0
    for index in position..<position + digits {
      guard JSONText.isDigit(text[index]) else { return nil }
      result = result * 10 + Int(text[index] - UInt8(ascii: "0"))
    }
    return result
  }
}
