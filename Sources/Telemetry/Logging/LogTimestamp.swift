#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A moment in UTC with the resolution a log line shows.
///
/// Formatted by hand: a `DateFormatter` would cost more than the rest of the line and pull in ICU.
public struct LogTimestamp: Sendable, Equatable {
  /// Whole seconds since 1970-01-01T00:00:00Z.
  public var secondsSinceEpoch: Int64
  /// Milliseconds within that second, 0–999.
  public var milliseconds: Int

  /// Creates a timestamp; `milliseconds` outside 0–999 is clamped.
  public init(secondsSinceEpoch: Int64, milliseconds: Int) {
    self.secondsSinceEpoch = secondsSinceEpoch
    self.milliseconds = min(max(milliseconds, 0), 999)
  }

  /// The current time of day from the operating system.
  public static func now() -> LogTimestamp {
    var time = timespec()
    guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return LogTimestamp(secondsSinceEpoch: 0, milliseconds: 0) }
    return LogTimestamp(secondsSinceEpoch: Int64(time.tv_sec), milliseconds: Int(time.tv_nsec) / 1_000_000)
  }

  /// Appends the RFC 3339 form, e.g. `2026-11-23T11:15:00.123Z` (24 bytes for the years 0–9999).
  func append(to buffer: inout LineBuffer) {
    let day = Self.floorDivide(secondsSinceEpoch, by: 86_400)
    let secondOfDay = Int(secondsSinceEpoch - day * 86_400)
    let date = Self.civilDate(daysSinceEpoch: day)
    buffer.appendDecimal(date.year, width: 4)
    buffer.append(UInt8(ascii: "-"))
    buffer.appendDecimal(date.month, width: 2)
    buffer.append(UInt8(ascii: "-"))
    buffer.appendDecimal(date.day, width: 2)
    buffer.append(UInt8(ascii: "T"))
    buffer.appendDecimal(secondOfDay / 3600, width: 2)
    buffer.append(UInt8(ascii: ":"))
    buffer.appendDecimal(secondOfDay / 60 % 60, width: 2)
    buffer.append(UInt8(ascii: ":"))
    buffer.appendDecimal(secondOfDay % 60, width: 2)
    buffer.append(UInt8(ascii: "."))
    buffer.appendDecimal(milliseconds, width: 3)
    buffer.append(UInt8(ascii: "Z"))
  }

  /// Days since 1970-01-01 to year, month and day in the proleptic Gregorian calendar: years are counted from March in
  /// eras of 400 years, so that the leap day is the last day of a year and every step is a plain division.
  private static func civilDate(daysSinceEpoch: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = daysSinceEpoch + 719_468
    let era = floorDivide(shifted, by: 146_097)
    let dayOfEra = Int(shifted - era * 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    return (yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ dividend: Int64, by divisor: Int64) -> Int64 {
    dividend >= 0 ? dividend / divisor : -((divisor - 1 - dividend) / divisor)
  }
}
