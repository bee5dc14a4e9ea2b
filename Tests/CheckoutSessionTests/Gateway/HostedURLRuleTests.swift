import CheckoutSession
import Testing

@Suite("HostedURLRule")
struct HostedURLRuleTests {
  private let id = "9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60"
  private let host = "https://stg-wallet.healthsafepay.com"

  private func fault(_ url: String) throws -> String? {
    let rule = try #require(HostedURLRule(origin: host, appEnvironment: "stage"))
    return rule.fault(in: url, sessionID: try #require(SessionID(id)))
  }

  @Test(
    "lets the session's URL on the host pass",
    arguments: [
      "/app?checkoutSessionId=ID&appEnv=stage", "/app?appEnv=stage&checkoutSessionId=ID&new=1", "/?checkoutSessionId=ID&appEnv=stage#top",
      "?checkoutSessionId=ID&appEnv=stage",
    ])
  func good(rest: String) throws { #expect(try fault(host + rest.replacing("ID", with: id)) == nil) }

  @Test(
    "refuses everything else",
    arguments: [
      "http://stg-wallet.healthsafepay.com/app?Q", "https://evil.example/app?Q", "https://stg-wallet.healthsafepay.com.evil.example/app?Q",
      "https://stg-wallet.healthsafepay.com@evil.example/app?Q", "https://stg-wallet.healthsafepay.com:443@evil.example/app?Q",
      "https://user@stg-wallet.healthsafepay.com/app?Q", "https://stg-wallet.healthsafepay.com:8443/app?Q",
      "https://stg-wallet.healthsafepay.com:443/app?Q",
      "https://stg-wallet.healthsafepay.com\\@evil.example/app?Q", "https://stg-wallet.healthsafepay.com/\\evil.example?Q",
      "https:///stg-wallet.healthsafepay.com/app?Q", "https:stg-wallet.healthsafepay.com/app?Q", "//stg-wallet.healthsafepay.com/app?Q",
      " https://stg-wallet.healthsafepay.com/app?Q", "https://stg-wallet.healthsafepay.com/app?Q\n",
      "https://stg-wallet.healthsafepay.com/a\tb?Q",
      "https://stg-wallet.healthsafepay.com/é?Q", "javascript:alert(1)//https://stg-wallet.healthsafepay.com/?Q", "",
      "https://stg-wallet.healthsafepay.com", "https://stg-wallet.healthsafepay.com/app", "https://stg-wallet.healthsafepay.com/app#?Q",
      "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=ID",
      "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=ID&appEnv=prod",
      "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=ID&checkoutSessionId=other&appEnv=stage",
      "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=00000000-6f0a-4d7b-8a55-3f1c2e4d5a60&appEnv=stage",
      "https://stg-wallet.healthsafepay.com/app?xcheckoutSessionId=ID&appEnv=stage", "https://xn--stg-wallet.healthsafepay.com/app?Q",
    ])
  func bad(url: String) throws {
    let full = url.replacing("Q", with: "checkoutSessionId=ID&appEnv=stage").replacing("ID", with: id)
    let found = try #require(try fault(full))
    #expect(!found.contains(id) && !found.contains("evil"))
  }

  @Test("refuses a URL without end") func bounded() throws {
    #expect(try fault(host + "/?checkoutSessionId=\(id)&appEnv=stage&x=" + String(repeating: "x", count: 2048)) != nil)
  }

  @Test(
    "takes only https origins",
    arguments: [
      "http://a.b", "https://", "https://a.b/", "https://a.b/x", "https://u@a.b", "https://a.b?x", "a.b", "https://a b", "https://.a",
    ])
  func origins(origin: String) { #expect(HostedURLRule(origin: origin) == nil) }

  @Test("knows a port and an address") func ports() {
    #expect(HostedURLRule(origin: "https://Localhost:8443")?.origin == "https://localhost:8443")
    #expect(HostedURLRule(origin: "https://[::1]:8443") != nil)
  }
}
