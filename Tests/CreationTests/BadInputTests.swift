import CheckoutSession
import Creation
import Testing

@Suite("Input that can never work")
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var input: Input
    var code: String
    var field: String?
    var says = ""
    var testDescription: String { name }
    var errorClass: String { ["UNKNOWN_MERCHANT", "REPLY_TOPIC_NOT_ALLOWED"].contains(code) ? "configuration" : "permanent" }
  }

  static func bytes(_ value: [UInt8]?) -> Input {
    var input = Input.valid("bad")
    input.value = value
    return input
  }
  static func text(_ value: String) -> Input { bytes(Array(value.utf8)) }

  static let cases: [Case] = [
    Case(name: "empty value", input: bytes([]), code: "EMPTY_VALUE"),
    Case(name: "tombstone", input: bytes(nil), code: "EMPTY_VALUE"),
    Case(name: "300 KiB", input: text("\"" + String(repeating: "x", count: 300 * 1024) + "\""), code: "VALUE_TOO_LARGE"),
    Case(name: "invalid UTF-8", input: bytes(Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)), code: "INVALID_JSON"),
    Case(
      name: "deep nesting", input: text(String(repeating: "[", count: 33) + String(repeating: "]", count: 33)), code: "INVALID_JSON"),
    Case(name: "trailing comma", input: text("{\"config\":{\"modes\":[\"PAYMENT\"]},}"), code: "INVALID_JSON", says: "line 1"),
    Case(name: "not an object", input: text("[1]"), code: "INVALID_REQUEST"),
    Case(
      name: "wrong type", input: text(Input.body("t1").replacing("1200", with: "\"1200\"")), code: "INVALID_REQUEST",
      field: "payment.amount",
      says: "payment.amount"),
    Case(
      name: "unknown mode", input: text("{\"config\":{\"modes\":[\"GIFT\"]}}"), code: "INVALID_REQUEST", says: "config.modes"),
    Case(
      name: "two modes", input: text("{\"config\":{\"modes\":[\"PAYMENT\",\"PAYMENT_METHOD_ENTRY\"]}}"), code: "INVALID_REQUEST",
      says: "config.modes"),
    Case(
      name: "unknown merchant", input: .valid("bad", headers: [("merchant-id", "a1111111-1d3a-4b6c-9a34-0d4a6a3c5a01")]),
      code: "UNKNOWN_MERCHANT", field: "headers.merchant-id", says: "configured merchant"),
    Case(
      name: "reply topic not allowed", input: .valid("bad", headers: [("reply-to", "somebody.else")]), code: "REPLY_TOPIC_NOT_ALLOWED",
      field: "headers.reply-to", says: "creation.replyTopicsAllowed"),
    Case(
      name: "Spring's reply topic not allowed", input: .valid("bad", headers: [("kafka_replyTopic", "x")]), code: "REPLY_TOPIC_NOT_ALLOWED",
      field: "headers.reply-to"),
    Case(
      name: "expiry that is no time", input: .valid("bad", headers: [("ce_expirytime", "tomorrow")]), code: "INVALID_HEADER",
      field: "headers.ce_expirytime", says: "RFC 3339"),
    Case(
      name: "reply partition of three bytes", input: .valid("bad", headers: [("kafka_replyPartition", "abc")]), code: "INVALID_HEADER",
      field: "headers.kafka_replyPartition", says: "4 bytes"),
    Case(
      name: "negative reply partition", input: headerBytes("REPLY_PARTITION", [0xFF, 0xFF, 0xFF, 0xFF]), code: "INVALID_HEADER",
      field: "headers.REPLY_PARTITION"),
    Case(
      name: "reply partition beyond the topic", input: headerBytes("kafka_replyPartition", [0, 0, 0, 8]), code: "INVALID_HEADER",
      field: "headers.kafka_replyPartition", says: "has 8, got 8"),
    Case(
      name: "merchant id that is no text", input: headerBytes("merchant-id", [0xFF]), code: "INVALID_HEADER", field: "headers.merchant-id"),
    Case(
      name: "replay count that is no number", input: .valid("bad", headers: [("checkout-replay-count", "-1")]), code: "INVALID_HEADER",
      field: "headers.checkout-replay-count"),
    Case(
      name: "replay count that is too high", input: .valid("bad", headers: [("checkout-replay-count", "1000001")]), code: "INVALID_HEADER",
      field: "headers.checkout-replay-count"),
    Case(
      name: "hash of 63 digits", input: .valid("bad", headers: [("checkout-replay-replaces", String(repeating: "a", count: 63))]),
      code: "INVALID_HEADER", field: "headers.checkout-replay-replaces", says: "64 hexadecimal digits, got 63 bytes"),
    Case(
      name: "hash with another letter", input: .valid("bad", headers: [("checkout-replay-replaces", String(repeating: "g", count: 64))]),
      code: "INVALID_HEADER", field: "headers.checkout-replay-replaces"),
    Case(
      name: "new session that is neither true nor false", input: .valid("bad", headers: [("checkout-replay-new-session", "yes")]),
      code: "INVALID_HEADER", field: "headers.checkout-replay-new-session", says: "true or false"),
  ]

  static func headerBytes(_ name: String, _ value: [UInt8]) -> Input {
    var input = Input.valid("bad")
    input.headers.append((name, value))
    return input
  }

  @Test(arguments: cases)
  func isRejectedAndItsNeighboursAreNot(_ bad: Case) throws {
    let world = World([.valid("before"), bad.input, .valid("after")])
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 2, .rejected: 1])
    #expect(world.source.finished == [0, 1, 2])
    let reply = try world.reply("bad")
    let value = try reply.reply
    #expect(value.outcome == "REJECTED" && value.attempts == 0 && value.generation == 1 && value.sessionId == nil && value.hostedUrl == nil)
    let fault = try #require(value.error)
    #expect(fault.code == bad.code)
    if let field = bad.field { #expect(fault.field == field) }
    #expect(fault.detail.contains(bad.says) && !fault.detail.isEmpty && !fault.retryable)
    #expect(reply.header("ce_type") == "checkout.session.rejected")
    #expect(reply.topic == PublishedRecord.repliesTopic)
    let letter = try #require(world.sink.deadLetters.first)
    #expect(world.sink.deadLetters.count == 1)
    #expect(letter.header("checkout-error-code") == bad.code && letter.header("checkout-error-class") == bad.errorClass)
    #expect(letter.header("ce_id") == "bad")
    for neighbour in ["before", "after"] { #expect(try world.reply(neighbour).reply.outcome == "CREATED") }
    #expect(world.gateway.calls.count == 2)
    #expect(world.ledger.identitiesCount == 2)
  }

  @Test func everythingThatIsWrongIsSaidAtOnce() throws {
    let world = World([
      Input(id: "bad", body: "{}", headers: [("merchant-id", "nobody"), ("ce_expirytime", "soon"), ("reply-to", "elsewhere")])
    ])
    try world.run()
    let fault = try #require(try world.reply("bad").reply.error)
    #expect(fault.code == "UNKNOWN_MERCHANT")
    for part in ["headers.merchant-id", "headers.ce_expirytime", "headers.reply-to", "config"] { #expect(fault.detail.contains(part)) }
    #expect(try world.reply("bad").reply.merchantId == "nobody")
  }

  /// A reply or a dead letter that the broker refuses as too large would hold its partition for ever.
  @Test func anOversizedKeyOrHeaderIsRejectedAndNotCopied() throws {
    var key = Input.valid("r1")
    key.key = String(repeating: "k", count: 16 * 1024 + 1)
    let headers = Input.valid("r2", headers: [("correlation-id", String(repeating: "c", count: 64 * 1024))])
    let world = World([key, headers, .valid("r3")])
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 1, .rejected: 2])
    let first = try world.reply("r1")
    #expect(first.key == nil)
    #expect(try first.reply.error?.code == "RECORD_TOO_LARGE")
    // Its headers are not read either, so it goes by the id in its body.
    let second = try world.reply("r2")
    #expect(second.key == "order-r2" && second.header("correlation-id") == nil)
    #expect(try second.reply.error?.code == "RECORD_TOO_LARGE")
    #expect(world.sink.deadLetters.count == 2)
    #expect(world.sink.deadLetters.allSatisfy { ($0.key?.count ?? 0) < 100 && $0.header("correlation-id") == nil })
  }

  @Test func anIDThatIsTooLongIsAFaultAndIsNotEchoed() throws {
    let world = World([Input(id: String(repeating: "i", count: 257), body: Input.body("t9"))])
    try world.run()
    #expect(try world.reply("t9").reply.error?.field == "headers.ce_id")
  }

  @Test func withoutDefaultMerchantARequestMustNameOne() throws {
    let world = World([.valid("r1"), .valid("r2", headers: [("merchant-id", World.merchant)])])
    try world.run(World.configuration { $0.merchants = MerchantDirectory(ids: [World.merchant], defaultIndex: nil) })
    #expect(try world.reply("r1").reply.error?.code == "UNKNOWN_MERCHANT")
    #expect(try world.reply("r2").reply.outcome == "CREATED")
  }
}
