import CheckoutSession
import Records
import Testing

@testable import Replay

/// Dead letters of this worker, of its older versions, of Spring, and rubbish (`contract/messages.md`, "Dead-letter headers").
struct DeadLetterParserTests {
  private typealias Fixture = LetterFixture

  private let origin = RecordCoordinate(topic: "checkout.session-requests", partition: 3, offset: 41)
  private let hash = BodyHash(of: Array(LetterFixture.body.utf8)[...])

  private var reference: String {
    #"{"reference":{"topic":"checkout.session-requests","partition":3,"offset":41,"bytes":49,"sha256":"\#(hash.hexadecimal)"}}"#
  }

  @Test func aLetterOfThisWorker() {
    let headers =
      Fixture.origin + Fixture.error("UNPROCESSABLE_ENTITY", "permanent", "amount: too small") + [
        ("checkout-http-status", Fixture.text("422")), ("checkout-replay-count", Fixture.text("2")),
        ("checkout-request-id", Fixture.text("r-9")), ("checkout-merchant-id", Fixture.text("m-9")),
        ("checkout-mode", Fixture.text("PAYMENT")), ("checkout-payload", Fixture.text("full")), ("ce_id", Fixture.text("other")),
      ]
    let letter = Fixture.parse(Fixture.record(headers))
    #expect(letter.place == RecordCoordinate(topic: Fixture.topic, partition: 2, offset: 7))
    #expect(letter.at == Timestamp(millisecondsSinceEpoch: 1_900_000_000_000))
    #expect(letter.origin == origin)
    #expect(letter.name == origin)
    #expect(letter.requestID == "r-9")
    #expect(letter.merchantID == "m-9")
    #expect(letter.mode == .payment)
    #expect(letter.errorCode == "UNPROCESSABLE_ENTITY")
    #expect(letter.errorClass == .permanent)
    #expect(letter.message == "amount: too small")
    #expect(letter.httpStatus == 422)
    #expect(letter.attempts == 5)
    #expect(letter.replayCount == 2)
    #expect(letter.payload == .full)
    #expect(letter.bodyHash == hash)
  }

  @Test func aReferenceNamesTheRequestAndItsHash() {
    let announced = Fixture.parse(
      Fixture.record(
        Fixture.origin + Fixture.error("TIMED_OUT", "transient") + [("checkout-payload", Fixture.text("reference"))], value: reference))
    #expect(announced.payload == .reference)
    #expect(announced.bodyHash == hash)
    // Before the header, only the value told.
    let older = Fixture.parse(Fixture.record(Fixture.error("TIMED_OUT", "transient"), value: reference))
    #expect(older.payload == .reference)
    #expect(older.bodyHash == hash)
    #expect(older.origin == origin)
  }

  @Test func aReferenceOfATombstoneHasNoHash() {
    let value = #"{"reference":{"topic":"t","partition":0,"offset":1}}"#
    let letter = Fixture.parse(Fixture.record(Fixture.origin + Fixture.error("EMPTY_VALUE", "permanent"), value: value))
    #expect(letter.payload == .reference)
    #expect(letter.bodyHash == nil)
    #expect(letter.origin == origin, "the headers win over the value")
  }

  @Test(
    arguments: [
      #"{"reference":{"topic":"t","partition":0}}"#, #"{"reference":{"topic":"t","partition":-1,"offset":1}}"#, #"{"reference":7}"#,
      #"{"reference":{"topic":"t","partition":0,"offset":1},"payment":{}}"#, "not json", "",
    ])
  func whatIsNoReferenceIsTheRequest(value: String) {
    let letter = Fixture.parse(Fixture.record(Fixture.origin + Fixture.error("INVALID_REQUEST", "permanent"), value: value))
    #expect(letter.payload == .full)
    #expect(letter.bodyHash == BodyHash(of: Array(value.utf8)[...]))
  }

  @Test func aRequestThatLooksLikeAReferenceIsFullIfTheHeaderSaysSo() {
    let letter = Fixture.parse(
      Fixture.record(Fixture.origin + Fixture.error("X", "permanent") + [("checkout-payload", Fixture.text("full"))], value: reference))
    #expect(letter.payload == .full)
    #expect(letter.bodyHash == BodyHash(of: Array(reference.utf8)[...]))
  }

  @Test func aRedactedValueHasNoHash() {
    let letter = Fixture.parse(
      Fixture.record(Fixture.origin + Fixture.error("X", "permanent") + [("checkout-payload", Fixture.text("redacted"))]))
    #expect(letter.payload == .redacted)
    #expect(letter.bodyHash == nil)
  }

  @Test func numbersMayBeText() {
    let headers: [(String, [UInt8]?)] = [
      ("kafka_dlt-original-topic", Fixture.text("checkout.session-requests")), ("kafka_dlt-original-partition", Fixture.text("3")),
      ("kafka_dlt-original-offset", Fixture.text("41")),
    ]
    #expect(Fixture.parse(Fixture.record(headers)).origin == origin)
  }

  @Test func aLetterOfSpringHasAnOriginAndShowsNothingOfItsMessage() {
    let headers =
      Fixture.origin + [
        ("kafka_dlt-exception-fqcn", Fixture.text("org.springframework.kafka.listener.ListenerExecutionFailedException")),
        ("kafka_dlt-exception-message", Fixture.text("failed for jane@example.com")),
        ("kafka_dlt-exception-stacktrace", Fixture.text("at …")),
        ("ce_id", Fixture.text("r-4")), ("merchant-id", Fixture.text("m-4")),
      ]
    let letter = Fixture.parse(Fixture.record(headers))
    #expect(letter.origin == origin)
    #expect(letter.errorCode == DeadLetter.unknownCode)
    #expect(letter.errorClass == .permanent)
    #expect(letter.message.hasSuffix("ListenerExecutionFailedException"))
    #expect(!letter.message.contains("jane"))
    #expect(letter.requestID == "r-4")
    #expect(letter.merchantID == "m-4")
    #expect(letter.payload == .full)
  }

  /// A letter of ours that another program has dead-lettered again, or one of another's that was sent again: whose message it has, nobody knows.
  @Test(
    arguments: [
      ("kafka_dlt-exception-fqcn", LetterFixture.text("java.lang.IllegalStateException"), "java.lang.IllegalStateException"),
      ("kafka_dlt-exception-cause-fqcn", LetterFixture.text("java.io.IOException"), "java.io.IOException"),
      ("dead-letter-exception-class-name", LetterFixture.text("java.io.IOException"), "java.io.IOException"),
      ("kafka_dlt-exception-fqcn", LetterFixture.text("jane@example.com"), nil), ("kafka_dlt-exception-fqcn", [0xFF], nil),
      ("kafka_dlt-exception-fqcn", nil, nil),
    ] as [(String, [UInt8]?, String?)])
  func besideAnExceptionsClassNoMessageIsTrusted(name: String, value: [UInt8]?, shown: String?) {
    let exception: [(String, [UInt8]?)] = [(name, value)]
    let ours = Fixture.error("GATEWAY_ERROR", "transient", "failed for jane@example.com")
    for headers in [Fixture.origin + ours + exception, Fixture.origin + exception + ours] {
      let letter = Fixture.parse(Fixture.record(headers))
      #expect(letter.errorCode == "GATEWAY_ERROR")
      #expect(letter.errorClass == .transient)
      #expect(!letter.message.contains("jane"))
      #expect(letter.message.hasPrefix("written by another program"))
      if let shown { #expect(letter.message.hasSuffix(shown)) }
    }
  }

  @Test func ofSeveralHeadersOfOneNameTheLastCounts() {
    let former: [(String, [UInt8]?)] = [
      ("kafka_dlt-original-topic", Fixture.text("former")), ("kafka_dlt-original-partition", Fixture.bigEndian(Int32(1))),
      ("kafka_dlt-original-offset", Fixture.bigEndian(Int64(1))), ("checkout-error-code", Fixture.text("FORMER")),
    ]
    let letter = Fixture.parse(Fixture.record(former + Fixture.origin + Fixture.error("LATTER", "transient")))
    #expect(letter.origin == origin)
    #expect(letter.errorCode == "LATTER")
  }

  @Test(
    arguments: [
      [], [("kafka_dlt-original-topic", LetterFixture.text("t"))],
      [("kafka_dlt-original-topic", nil), ("kafka_dlt-original-partition", nil), ("kafka_dlt-original-offset", nil)],
      [("checkout-error-code", LetterFixture.text(""))], [("checkout-error-code", [0xFF, 0xFE])],
      [("checkout-error-code", [UInt8](repeating: 65, count: 65))],
      LetterFixture.origin.dropLast() + [("kafka_dlt-original-offset", LetterFixture.bigEndian(Int64(-1)))],
      LetterFixture.origin.dropLast() + [("kafka_dlt-original-offset", LetterFixture.text("forty"))],
    ] as [[(String, [UInt8]?)]])
  func rubbishIsUnreadableAndNotLost(headers: [(String, [UInt8]?)]) {
    for value in [nil, "", "rubbish", LetterFixture.body] {
      let letter = Fixture.parse(Fixture.record(headers, value: value))
      #expect(letter.errorCode == DeadLetter.unreadableCode)
      #expect(letter.errorClass == .permanent)
      #expect(letter.origin == nil)
      #expect(letter.name == letter.place)
    }
  }

  @Test func unknownValuesOfKnownHeadersAreAsIfAbsent() {
    let headers =
      Fixture.origin + Fixture.error("X", "sometimes") + [
        ("checkout-mode", Fixture.text("BARTER")), ("checkout-payload", Fixture.text("encrypted")),
        ("checkout-http-status", Fixture.text("9")),
        ("checkout-replay-count", Fixture.text("-3")), ("checkout-request-id", [UInt8](repeating: 97, count: 257)),
        ("request-id", Fixture.text("r-5")),
      ]
    let letter = Fixture.parse(Fixture.record(headers))
    #expect(letter.errorClass == .permanent)
    #expect(letter.mode == nil)
    #expect(letter.payload == .full)
    #expect(letter.httpStatus == nil)
    #expect(letter.replayCount == 0)
    #expect(letter.requestID == "r-5")
  }

  @Test func withoutATimestampTheLastFailureTellsWhen() {
    let headers = Fixture.origin + Fixture.error("X", "transient") + [("checkout-last-failed-at", Fixture.text("2030-01-31T12:00:00Z"))]
    #expect(Fixture.parse(Fixture.record(headers, at: -1)).at == Timestamp(rfc3339: "2030-01-31T12:00:00Z"))
    #expect(Fixture.parse(Fixture.record([], at: -1)).at == Timestamp(millisecondsSinceEpoch: 0))
  }

  @Test func theRecordsHashTellsKeyHeadersAndValueApart() {
    let records = [
      Fixture.record(Fixture.origin), Fixture.record(Fixture.origin, value: nil), Fixture.record(Fixture.origin, value: ""),
      Fixture.record(Fixture.origin, key: nil), Fixture.record(Fixture.origin, key: ""), Fixture.record(Fixture.origin.dropLast()),
      Fixture.record(Fixture.origin, value: "order-1", key: LetterFixture.body), Fixture.record(Fixture.origin.reversed()),
    ]
    #expect(Set(records.map { Fixture.parse($0).recordHash }).count == records.count)
    // The same record elsewhere is the same.
    #expect(Fixture.parse(Fixture.record(Fixture.origin, offset: 8)).recordHash == Fixture.parse(Fixture.record(Fixture.origin)).recordHash)
  }

  @Test(
    arguments: [
      ([], nil), (LetterFixture.text("0"), 0), (LetterFixture.text("1234"), 1234), (LetterFixture.text("12345678"), 12_345_678),
      (LetterFixture.bigEndian(Int32(1234)), 1234), (LetterFixture.bigEndian(Int64(1) << 40), 1 << 40),
      (LetterFixture.bigEndian(Int64.max), Int64.max),
      (LetterFixture.bigEndian(Int64(-1)), nil), (LetterFixture.bigEndian(Int32(-1)), nil), (LetterFixture.text("-1"), nil),
      (LetterFixture.text("99999999999999999999"), nil), (LetterFixture.text("9223372036854775807"), Int64.max), ([0, 1], nil),
    ] as [([UInt8], Int64?)])
  func headerNumbers(bytes: [UInt8], number: Int64?) {
    #expect(HeaderNumber.read(bytes[...]) == number)
  }
}
