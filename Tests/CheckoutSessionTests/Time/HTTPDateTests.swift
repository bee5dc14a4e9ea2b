import CheckoutSession
import Testing

@Suite("HTTPDate")
struct HTTPDateTests {
  private let now = Timestamp(millisecondsSinceEpoch: 1_893_499_200_000)

  @Test(
    "reads the three forms of RFC 9110",
    arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
  func forms(text: String) { #expect(HTTPDate.parse(text, now: now)?.rfc3339 == "1994-11-06T08:49:37.000Z") }

  @Test("takes two-digit years for at most 50 years ahead")
  func century() {
    #expect(HTTPDate.parse("Sunday, 06-Nov-80 08:49:37 GMT", now: now)?.rfc3339.hasPrefix("2080") == true)
    #expect(HTTPDate.parse("Sunday, 06-Nov-81 08:49:37 GMT", now: now)?.rfc3339.hasPrefix("1981") == true)
  }

  @Test(
    "refuses what is none",
    arguments: [
      "", "120", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Xxx, 06 Nov 1994 08:49:37 GMT",
      "Sun, 31 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
      "1994-11-06T08:49:37Z",
    ])
  func refuses(text: String) { #expect(HTTPDate.parse(text, now: now) == nil) }
}
