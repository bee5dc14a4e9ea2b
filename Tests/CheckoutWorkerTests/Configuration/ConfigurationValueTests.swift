import Testing

@testable import CheckoutWorker

/// How single values are written.
struct ConfigurationValueTests {
  @Test(arguments: [
    ("20ms", Duration.milliseconds(20)), ("15s", .seconds(15)), ("5m", .seconds(300)), ("24h", .seconds(86_400)), ("7d", .seconds(604_800)),
    ("0s", .zero), ("1500ms", .milliseconds(1500)),
  ])
  func durations(text: String, duration: Duration) {
    #expect(DurationText.duration(of: text) == duration)
    #expect(DurationText.duration(of: DurationText.text(of: duration)) == duration)
  }

  @Test(arguments: ["", "15", "s", "-1s", "1.5s", "1 s", "1S", "1w", "99999999999999999999s", "9223372036854775807d", "٣s"])
  func noDurations(text: String) { #expect(DurationText.duration(of: text) == nil) }

  @Test(arguments: [("0B", 0), ("512B", 512), ("256KiB", 262_144), ("4MiB", 4_194_304), ("4 MiB", 4_194_304), ("1GiB", 1 << 30)])
  func sizes(text: String, bytes: Int) {
    #expect(ByteSizeText.bytes(of: text) == bytes)
    #expect(ByteSizeText.bytes(of: ByteSizeText.text(of: bytes)) == bytes)
  }

  @Test(arguments: ["", "4", "4MB", "4mib", "-1B", "1.5MiB", "9223372036854775807GiB"])
  func noSizes(text: String) { #expect(ByteSizeText.bytes(of: text) == nil) }

  @Test(arguments: [
    ("localhost", true), ("LOCALHOST", true), ("127.0.0.1", true), ("127.8.9.10", true), ("::1", true), ("[::1]", true),
    ("127.0.0.1.evil.com", false),
    ("127.evil.com", false), ("localhost.evil.com", false), ("10.0.0.1", false), ("0.0.0.0", false), ("", false), ("127.0.0.256", false),
  ])
  func loopback(host: String, isLoopback: Bool) { #expect(HostName.isLoopback(host) == isLoopback) }

  @Test(arguments: ["https://a", "https://a/", "https://a:8443/b/c", "http://127.0.0.1:1/x", "http://[::1]:8080"])
  func urls(text: String) { #expect(ValueFormat.httpURL.parse(.scalar(text)) == (text.hasSuffix("/") ? String(text.dropLast()) : text)) }

  @Test(arguments: [
    "", "a", "ftp://a", "https://", "https://u@a", "https://a?b", "https://a#b", "https://a b", "https://a:0", "https:///x",
  ])
  func noURLs(text: String) { #expect(ValueFormat.httpURL.parse(.scalar(text)) == nil) }

  @Test func rates() {
    #expect(ValueFormat.rate.parse(.scalar("unlimited")) == .unlimited)
    #expect(ValueFormat.rate.parse(.scalar("0.5")) == .perSecond(0.5))
    for text in ["0", "nan", "inf", "1e9", "x"] { #expect(ValueFormat.rate.parse(.scalar(text)) == nil) }
    #expect(ValueFormat.rate.print(.perSecond(50)) == "50")
  }

  private static let keys: [(String, String?)] = [
    ("kafka.bootstrap", "kafka.bootstrapServers"), ("kafka", nil), ("kafka.bootstrapserver", "kafka.bootstrapServers"),
    ("logLevel", "log.level"), ("xyz", nil),
  ]

  @Test(arguments: keys)
  func suggestions(key: String, suggestion: String?) {
    #expect(KeySuggestion.suggestion(for: key, among: ConfigurationSchema.entries.keys) == suggestion)
  }
}
