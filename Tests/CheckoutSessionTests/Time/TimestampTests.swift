import CheckoutSession
import Foundation
import Testing

@Suite("Timestamp")
struct TimestampTests {
  @Test(
    "reads RFC 3339",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2030-01-01T12:00:00Z", 1_893_499_200_000), ("2030-01-01T12:00:00.5Z", 1_893_499_200_500),
      ("2030-01-01T12:00:00.123456789Z", 1_893_499_200_123), ("2030-01-01T14:00:00+02:00", 1_893_499_200_000),
      ("2030-01-01T06:30:00-05:30", 1_893_499_200_000), ("2030-01-01t12:00:00z", 1_893_499_200_000),
      ("2030-01-01 12:00:00Z", 1_893_499_200_000),
      ("1969-12-31T23:59:59.999Z", -1), ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("2017-01-01T00:59:60+01:00", 1_483_228_800_000),
      ("2000-02-29T00:00:00Z", 951_782_400_000), ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
      ("2030-01-01T12:00:00-00:00", 1_893_499_200_000),
    ] as [(String, Int64)])
  func reads(text: String, milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.millisecondsSinceEpoch == milliseconds)
    #expect(Timestamp(rfc3339: ArraySlice(shifted: text))?.millisecondsSinceEpoch == milliseconds)
  }

  @Test(
    "refuses what is none",
    arguments: [
      "", "2030", "2030-01-01", "2030-01-01T12:00:00", "2030-01-01T12:00Z", "2030-13-01T12:00:00Z", "2030-00-01T12:00:00Z",
      "2030-02-29T12:00:00Z",
      "1900-02-29T12:00:00Z", "2030-04-31T12:00:00Z", "2030-01-00T12:00:00Z", "2030-01-01T24:00:00Z", "2030-01-01T12:60:00Z",
      "2030-01-01T12:00:61Z",
      "2030-01-01T12:00:60Z", "2030-01-01T12:00:00.Z", "2030-01-01T12:00:00+24:00", "2030-01-01T12:00:00+02:60", "2030-01-01T12:00:00+0200",
      "2030-01-01T12:00:00ZZ", "2030-01-01T12:00:00+02:00x", "+030-01-01T12:00:00Z", "2030/01/01T12:00:00Z", "1893499200000",
      "2030-01-01T1２:00:00Z",
    ])
  func refuses(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

  @Test("writes what it reads, and what Foundation writes", arguments: 0..<5)
  func roundTrip(seed: Int) throws {
    var random = Seeded(UInt64(seed))
    let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    for _ in 0..<300 {
      let milliseconds = Int64.random(in: -60_000_000_000_000...253_402_300_799_999, using: &random)
      let timestamp = Timestamp(millisecondsSinceEpoch: milliseconds)
      #expect(Timestamp(rfc3339: timestamp.rfc3339) == timestamp)
      guard milliseconds > -8_000_000_000_000 else { continue }  // Foundation's calendar turns Julian before 1582.
      #expect(try abs(format.parse(timestamp.rfc3339).timeIntervalSince1970 - Double(milliseconds) / 1000) < 0.001)
    }
    #expect(Timestamp(millisecondsSinceEpoch: 1_893_499_200_123).rfc3339 == "2030-01-01T12:00:00.123Z")
    #expect(Timestamp(millisecondsSinceEpoch: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
    #expect(Timestamp(millisecondsSinceEpoch: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
  }
}
