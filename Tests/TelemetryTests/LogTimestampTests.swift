import Testing

@testable import Telemetry

@Suite struct LogTimestampTests {
  @Test(arguments: [
    (0, 0, "1970-01-01T00:00:00.000Z"),
    (-1, 999, "1969-12-31T23:59:59.999Z"),
    (-86_401, 1, "1969-12-30T23:59:59.001Z"),
    (951_782_400, 7, "2000-02-29T00:00:00.007Z"),
    (951_868_799, 42, "2000-02-29T23:59:59.042Z"),
    (951_868_800, 0, "2000-03-01T00:00:00.000Z"),
    (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"),
    (1_795_432_500, 123, "2026-11-23T11:15:00.123Z"),
    (253_402_300_799, 999, "9999-12-31T23:59:59.999Z"),
  ])
  func isRFC3339(seconds: Int64, milliseconds: Int, expected: String) {
    var buffer = LineBuffer(lineBytesMax: 256, reservedBytes: 0)
    LogTimestamp(secondsSinceEpoch: seconds, milliseconds: milliseconds).append(to: &buffer)
    #expect(String(decoding: buffer.bytes, as: UTF8.self) == expected)
  }

  @Test func millisecondsAreClamped() {
    #expect(LogTimestamp(secondsSinceEpoch: 0, milliseconds: 1000).milliseconds == 999)
    #expect(LogTimestamp(secondsSinceEpoch: 0, milliseconds: -1).milliseconds == 0)
  }
}
