import CheckoutSession
import Creation
import Foundation
import Testing

@Suite("Dead letters")
struct DeadLetterTests {
  private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  @Test func everyHeaderIsThatOfTheContract() throws {
    var input = Input.valid("r1", headers: [("x-own", "kept")])
    input.headers.append(("empty", nil))
    input.timestampMilliseconds = 1_735_689_000_123
    let world = World([.valid("r0"), input])
    world.gateway.answer { $0.body == Input.body("r1") ? .failing(.serverError) : .created }
    world.keepBusy()
    try world.run(limit: .seconds(60))
    let letter = try #require(world.sink.deadLetters.first)
    #expect(letter.key == "order-r1" && letter.partition == nil)
    let first = letter.header("checkout-first-failed-at")
    let last = letter.header("checkout-last-failed-at")
    #expect(first == "2025-01-01T00:00:00.050Z")
    #expect(try #require(last) > "2025-01-01T00:00:00.050Z")
    let expected: [(String, [UInt8]?)] = [
      ("ce_id", Array("r1".utf8)), ("x-own", Array("kept".utf8)), ("empty", nil),
      ("kafka_dlt-original-topic", Array("checkout.session-requests".utf8)),
      ("kafka_dlt-original-partition", bigEndian(Int32(3))),
      ("kafka_dlt-original-offset", bigEndian(Int64(1))),
      ("kafka_dlt-original-timestamp", bigEndian(Int64(1_735_689_000_123))),
      ("kafka_dlt-original-consumer-group", Array("checkout-worker".utf8)),
      ("kafka_dlt-exception-message", Array("try again".utf8)),
      ("checkout-error-code", Array("GATEWAY_ERROR".utf8)),
      ("checkout-error-class", Array("transient".utf8)),
      ("checkout-http-status", Array("500".utf8)),
      ("checkout-attempts", Array("5".utf8)),
      ("checkout-in-doubt", Array("true".utf8)),
      ("checkout-first-failed-at", first.map { Array($0.utf8) }),
      ("checkout-last-failed-at", last.map { Array($0.utf8) }),
      ("checkout-request-id", Array("r1".utf8)),
      ("checkout-merchant-id", Array(World.merchant.utf8)),
      ("checkout-mode", Array("PAYMENT".utf8)),
      ("checkout-payload", Array("reference".utf8)),
      ("checkout-replay-count", Array("0".utf8)),
    ]
    #expect(letter.headers.map(\.name) == expected.map(\.0))
    for (actual, wanted) in zip(letter.headers, expected) { #expect(actual.value == wanted.1, "\(wanted.0)") }
  }

  /// Also if somebody has sent a dead letter again with all of its headers: the old ones give way.
  @Test func aReplayedRequestKeepsItsCountAndNoHeaderStandsTwice() throws {
    let world = World([Input(id: "r1", body: "{")])
    try world.run()
    let first = try #require(world.sink.deadLetters.first)
    var again = Input(id: nil, body: "{", headers: [("x-own", "kept"), ("checkout-replay-of", "x/0/1")])
    again.headers += first.headers.filter { $0.name != "checkout-replay-count" }
    again.headers += [("checkout-replay-of", Array("x/0/2".utf8)), ("checkout-replay-count", Array("2".utf8))]
    again.headers.append(("checkout-replay-replaces", Array(String(repeating: "0", count: 64).utf8)))
    world.source.append([again])
    try world.run()
    let second = try #require(world.sink.deadLetters.last)
    #expect(Dictionary(grouping: second.headers, by: \.name).filter { $1.count > 1 }.keys.sorted() == [])
    #expect(second.header("checkout-replay-count") == "2" && second.header("checkout-replay-of") == "x/0/2")
    #expect(second.header("x-own") == "kept" && second.header("ce_id") == "r1")
    #expect(second.bytes("kafka_dlt-original-offset") == bigEndian(Int64(1)))
    #expect(second.header("checkout-replay-replaces")?.count == 64)
  }

  struct ClassCase: Sendable, CustomTestStringConvertible {
    var input: Input
    var code: String
    var errorClass: String
    var merchant: String?
    var mode: String?
    var testDescription: String { code }
  }

  static let classCases = [
    ClassCase(
      input: .valid("r1", headers: [("merchant-id", "nobody")]), code: "UNKNOWN_MERCHANT", errorClass: "configuration", merchant: "nobody",
      mode: "PAYMENT"),
    ClassCase(
      input: .valid("r1", headers: [("reply-to", "elsewhere")]), code: "REPLY_TOPIC_NOT_ALLOWED", errorClass: "configuration",
      merchant: World.merchant, mode: "PAYMENT"),
    ClassCase(input: Input(id: "r1", body: "{"), code: "INVALID_JSON", errorClass: "permanent", merchant: World.merchant, mode: nil),
    ClassCase(input: BadInputTests.headerBytes("merchant-id", [0xFF]), code: "INVALID_HEADER", errorClass: "permanent", mode: "PAYMENT"),
    ClassCase(
      input: .valid("r1", headers: [("merchant-id", "nobody"), ("x", String(repeating: "x", count: 65 * 1024))]),
      code: "RECORD_TOO_LARGE", errorClass: "permanent", merchant: World.merchant, mode: "PAYMENT"),
  ]

  @Test(arguments: classCases)
  func saysWhoseItIsAndWhatCanBeDone(_ expected: ClassCase) throws {
    let world = World([expected.input])
    try world.run()
    let letter = try #require(world.sink.deadLetters.first)
    #expect(letter.header("checkout-error-code") == expected.code && letter.header("checkout-error-class") == expected.errorClass)
    #expect(letter.header("checkout-merchant-id") == expected.merchant && letter.header("checkout-mode") == expected.mode)
    #expect(letter.header("checkout-request-id") == (try world.sink.replies.first?.reply.requestId))
  }

  @Test func aRequestWithoutAnIDIsNamedByItsPlace() throws {
    let world = World([Input(id: nil, body: "{")])
    try world.run()
    #expect(world.sink.deadLetters.first?.header("checkout-request-id") == "checkout.session-requests/3/0")
  }

  @Test func whatIsTooLargeInFullGoesAsReferenceAndSaysSo() throws {
    let world = World([Input(id: "r1", body: "{ ")])
    world.sink.answer { record, _ in record.isDeadLetter && record.text == "{ " ? .tooLarge : .acknowledged }
    try world.run(World.configuration { $0.deadLetterPayload = .full })
    let letter = try #require(world.sink.deadLetters.first)
    #expect(letter.header("checkout-payload") == "reference" && letter.text.contains("\"reference\""))
  }

  @Test func aLongDetailIsCutAtACharacter() throws {
    let failure = GatewayFailure(.permanent, .invalidRequest, title: "T", detail: "a" + String(repeating: "é", count: 600), httpStatus: 400)
    let world = World([.valid("r1")])
    world.gateway.answer { _ in .failing(failure) }
    try world.run()
    let message = try #require(world.sink.deadLetters.first?.header("kafka_dlt-exception-message"))
    #expect(message.utf8.count == 1023 && message.hasSuffix("é"))
  }

  @Test func asReference() throws {
    let world = World([Input(id: "r1", body: "{ ")])
    try world.run()
    let hash = BodyHash(of: ArraySlice("{ ".utf8)).hexadecimal
    #expect(
      world.sink.deadLetters.first?.text
        == #"{"reference":{"topic":"checkout.session-requests","partition":3,"offset":0,"bytes":2,"sha256":"\#(hash)"}}"#)
  }

  @Test func inFull() throws {
    let world = World([Input(id: "r1", body: "{ "), Input(id: "r2", body: nil)])
    try world.run(World.configuration { $0.deadLetterPayload = .full })
    #expect(world.sink.deadLetters.map(\.value) == [Array("{ ".utf8), nil])
    #expect(world.sink.deadLetters.map { $0.header("checkout-payload") } == ["full", "full"])
  }

  @Test func redacted() throws {
    let body = """
      {"customer":{"email":"jane.doe@example.org"},"payment":{"merchantTransactionId":"t1","amount":0},"config":{"modes":["PAYMENT"]}}
      """
    let world = World([Input(id: "r1", body: body), Input(id: "r2", body: "{ jane")])
    try world.run(World.configuration { $0.deadLetterPayload = .redacted })
    let texts = world.sink.deadLetters.map(\.text)
    #expect(texts.count == 2)
    #expect(!texts[0].contains("jane") && texts[0].contains("merchantTransactionId"))
    // What cannot be read cannot be masked.
    #expect(texts[1].contains("\"reference\"") && !texts[1].contains("jane"))
    #expect(world.sink.deadLetters.map { $0.header("checkout-payload") } == ["redacted", "reference"])
  }
}
