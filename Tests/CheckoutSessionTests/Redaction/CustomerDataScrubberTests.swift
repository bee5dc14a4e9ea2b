import CheckoutSession
import Foundation
import Testing

@Suite("CustomerDataScrubber")
struct CustomerDataScrubberTests {
  private let body = ArraySlice(
    shifted: """
      {"customer":{"firstName":"Joséphine","lastName":"Ent","email":"jo@mail.example","phone":{"number":9876543210,"codes":["+1 555 0100"]},"zip5":"54321","x":"ab"},
      "agent":{"userId":"msid77"},"payment":{"merchantTransactionId":"t-100","amount":1200,"metadata":{"rx":"Zoloft"}},"config":{"modes":["PAYMENT"]}}
      """)

  @Test(
    "masks what a text repeats",
    arguments: [
      ("no account for Joséphine, JO@MAIL.EXAMPLE", "no account for [redacted], [redacted]"),
      ("zip 54321 or 543210", "zip [redacted] or [redacted]0"),
      ("number 9876543210 and +1 555 0100", "number [redacted] and [redacted]"), ("agent msid77; zoloft", "agent [redacted]; [redacted]"),
      ("ENT is unknown, enterpriseId is missing", "[redacted] is unknown, enterpriseId is missing"),
      ("ab t-100 1200 PAYMENT", "ab t-100 1200 PAYMENT"),
      ("Authorization: Bearer abcdefghijkl was bad", "Authorization: Bearer [redacted] was bad"),
      ("bearer token expected", "bearer token expected"),
      ("token eyJhbGciOiJIUzI1NiJ9.e30.abc expired", "token [redacted] expired"),
      ("see \"https://h/app?checkoutSessionId=1&x\"", "see \"[redacted]\""),
      (
        "jwt signature verification failed: 'exp' claim expired at 2030-01-01T00:00:00Z",
        "jwt signature verification failed: 'exp' claim expired at 2030-01-01T00:00:00Z"
      ),
      ("", ""),
    ])
  func scrub(text: String, expected: String) { #expect(CustomerDataScrubber(body: body).scrub(text) == expected) }

  @Test("masks tokens without a body to learn from") func withoutBody() {
    #expect(CustomerDataScrubber(body: []).scrub("Bearer 0123456789") == "Bearer [redacted]")
  }

  @Test("replaces every leaf below customer, agent and metadata and nothing else")
  func redactedBody() throws {
    let redacted = try #require(CustomerDataScrubber.redactedBody(body))
    #expect(
      String(decoding: redacted, as: UTF8.self) == """
        {"customer":{"firstName":"[redacted]","lastName":"[redacted]","email":"[redacted]","phone":{"number":"[redacted]","codes":["[redacted]"]},"zip5":"[redacted]","x":"[redacted]"},
        "agent":{"userId":"[redacted]"},"payment":{"merchantTransactionId":"t-100","amount":1200,"metadata":{"rx":"[redacted]"}},"config":{"modes":["PAYMENT"]}}
        """)
    #expect(CustomerDataScrubber.redactedBody(ArraySlice(shifted: "{\"customer\":")) == nil)
    let odd = try #require(CustomerDataScrubber.redactedBody(ArraySlice(shifted: "{\"\\u0063ustomer\":\"x\",\"customer\":[true,null,{}]}")))
    #expect(String(decoding: odd, as: UTF8.self) == "{\"\\u0063ustomer\":\"[redacted]\",\"customer\":[\"[redacted]\",\"[redacted]\",{}]}")
  }

  @Test("leaves no leaf of a contract example's customer in the redacted body")
  func examples() throws {
    let body = try Fixture.example("request-agent-assisted")
    let text = String(decoding: try #require(CustomerDataScrubber.redactedBody(body)), as: UTF8.self)
    for leaf in ["foo", "bar", "1234", "1970", "9876543210", "54321", "120c5730", "msid", "\"ent\""] { #expect(!text.contains(leaf)) }
    #expect(text.contains("f32736c8-266a-4da1-af16-293fa02a351a"))
  }
}
