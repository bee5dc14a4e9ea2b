import CheckoutSession
import Foundation
import Testing

@Suite("The writer")
struct JSONWriterTests {
  @Test("writes objects, arrays and every kind of value, behind what is there")
  func everything() {
    var bytes = Array("> ".utf8)
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("s", "a\"\\\n\u{1}é")
        json.member("i", Int64.min)
        json.member("u", UInt64.max)
        json.member("t", true)
        json.memberIfPresent("absent", nil)
        json.member("at", Timestamp(millisecondsSinceEpoch: 1_893_499_200_123))
        json.object("o") { $0.object("empty") { _ in } }
        json.array("a") { json in
          json.integer(0)
          json.null()
          json.bool(false)
          json.raw("[1]".utf8)
          json.string("")
        }
      }
    }
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == #"> {"s":"a\"\\\n\u0001é","i":-9223372036854775808,"u":18446744073709551615,"t":true,"at":"2030-01-01T12:00:00.123Z","o":{"empty":{}},"a":[0,null,false,[1],""]}"#
    )
  }

  @Test("escapes so that Foundation and our reader read the same text back", arguments: 0..<5)
  func roundTrip(seed: Int) throws {
    var random = Seeded(UInt64(seed))
    for _ in 0..<200 {
      let scalars = (0..<8).map { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &random)) ?? "x" }
      let text = String(String.UnicodeScalarView(scalars))
      var bytes: [UInt8] = []
      JSONWriter.append(to: &bytes) { $0.string(text) }
      #expect(try JSONDocument.parse(bytes[...]).root.stringEquals(text))
      let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? String
      #expect(theirs.map { Array($0.utf8) } == Array(text.utf8))
    }
  }
}
