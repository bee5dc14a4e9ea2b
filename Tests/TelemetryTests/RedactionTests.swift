import Testing

@testable import Telemetry

@Suite struct RedactionTests {
  private static let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
  private static let hostedURL = "https://wallet.healthsafepay.com/app?checkoutSessionId=0f8fad5b-d9cb-469f-a165-70867728950e&appEnv=prod"

  @Test(arguments: [
    ("Authorization: Bearer abcDEF123456", "Authorization: Bearer [redacted]"),
    ("authorization: bearer \(jwt)!", "authorization: bearer [redacted]!"),
    ("BEARER 0123456789", "BEARER [redacted]"),
    ("Bearer abcdefghijklmnopqrstuvwxyz", "Bearer [redacted]"),
    ("Basic dXNlcjpwYXNzd29yZA==", "Basic [redacted]"),
    ("invalid jwt \(jwt)", "invalid jwt [redacted]"),
    ("token=\(jwt), next", "token=[redacted], next"),
    ("cut: eyJhbGciOiJSUzI1NiJ9", "cut: [redacted]"),
    ("got \(hostedURL) back", "got [redacted] back"),
    (#"{"hostedUrl":"\#(hostedURL)","a":1}"#, #"{"hostedUrl":"[redacted]","a":1}"#),
    ("hostedUrl=\(hostedURL)", "hostedUrl=[redacted]"),
    ("CHECKOUTSESSIONID=1", "[redacted]"),
    ("/app?checkoutSessionId%3D1&x", "[redacted]"),
    ("<\(hostedURL)>(\(hostedURL))", "<[redacted]>([redacted])"),
    (#"{"access_token":"abc","expires_in":1}"#, #"{"access_token":"[redacted]","expires_in":1}"#),
    (#"{\"hcpToken\": \"abc\"}"#, #"{\"hcpToken\": \"[redacted]\"}"#),
    ("grant_type=x&client_secret=s3cret&scope=y", "grant_type=x&client_secret=[redacted]&scope=y"),
    ("sasl.password=hunter2", "sasl.password=[redacted]"),
    ("é \(hostedURL) ü", "é [redacted] ü"),
    ("\(jwt) \(hostedURL) Bearer 12345678", "[redacted] [redacted] Bearer [redacted]"),
  ])
  func takesOutWhatLooksSensitive(text: String, expected: String) {
    #expect(Redaction.redacted(text) == expected)
  }

  @Test(arguments: [
    "", "e", "b", "checkoutSessionId", "bearer", "bearer ", "bearer token refreshed", "bearer authentication failed",
    "basic validation failed",
    "checkoutSessionId missing in the answer", "keyJoin", "eyJ short", "password is missing", "access_token is missing",
    "payment.amount: must be an integer", "https://api.uhg.com/oauth2/token", "batch of 500 committed", "ümläut",
  ])
  func leavesTheRest(text: String) {
    #expect(Redaction.redacted(text) == text)
  }

  @Test(arguments: [
    ("authorization", true), ("Authorization", true), ("hostedUrl", true), ("hosted_url", true), ("access-token", true),
    ("reply.hostedUrl", true),
    ("customer.hsid", true), ("ssnLastFour", true), ("hcpToken", true), ("gateway.token", true),
    ("tokens", false), ("token.url", true), ("url", false), ("requestId", false), ("records", false), ("", false), ("emails.sent", false),
  ])
  func knowsSensitiveKeys(key: String, isSensitive: Bool) {
    #expect(Redaction.isSensitive(key: key) == isSensitive)
  }
}
