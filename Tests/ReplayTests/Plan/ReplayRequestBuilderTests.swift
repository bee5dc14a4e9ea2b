import CheckoutSession
import Records
import Replay
import Testing

@Suite struct ReplayRequestBuilderTests {
  private typealias Fixture = PlanFixture
  private static let marks = ["checkout-replay-of=checkout.session-requests.dlq/0/7", "checkout-replay-count=3"]

  @Test func keepsKeyBodyAndHeadersInTheirOrder() throws {
    let original = Fixture.request(
      5, headers: [("ce_id", "r1"), ("x", nil), ("kafka_correlationId", "c"), ("x", "2"), ("merchant-id", "m1"), ("traceparent", "t")])
    let request = try build(original)
    #expect(request.record.key == original.key)
    #expect(request.record.value == original.value)
    #expect(
      Fixture.headers(request.record.headers)
        == ["ce_id=r1", "x=null", "kafka_correlationId=c", "x=2", "merchant-id=m1", "traceparent=t"] + Self.marks)
    #expect(request.record.offset == 5 && request.record.topic == Fixture.requests)
    #expect(request.bodyHash == request.originalHash)
  }

  /// What an earlier replay, or a dead letter that was published as a request, has left goes.
  @Test func leavesOutWhatEarlierReplaysAndDeadLettersAdded() throws {
    let original = Fixture.request(
      5,
      headers: [
        ("checkout-replay-of", "q/0/1"), ("ce_id", "r1"), ("checkout-replay-count", "2"), ("checkout-replay-replaces", "00"),
        ("checkout-replay-new-session", "true"), ("kafka_dlt-original-topic", "t"), ("checkout-error-code", "X"),
      ])
    #expect(Fixture.headers(try build(original).record.headers) == ["ce_id=r1"] + Self.marks)
  }

  @Test(arguments: [DeadLetter.Payload.full, .reference])
  func isTheSameWhateverTheDeadLetterCarries(payload: DeadLetter.Payload) throws {
    let original = Fixture.request(5, headers: [("ce_id", "r1"), ("a", "b")])
    let request = try build(original, Fixture.Facts(payload: payload))
    #expect(Fixture.headers(request.record.headers) == ["ce_id=r1", "a=b"] + Self.marks)
    #expect(request.record.value == original.value)
    #expect(request.record.key == original.key)
  }

  @Test(
    arguments: [
      ([("ce_id", "r1")], "r9", false), ([("request-id", "r1")], "r9", false), ([], "r9", true), ([("ce_id", nil)], "r9", true),
      ([], String(repeating: "x", count: 256), true), ([], String(repeating: "x", count: 257), false), ([], "", false),
    ] as [([(String, String?)], String, Bool)])
  func namesARequestThatItsOwnHeadersDoNotName(headers: [(String, String?)], requestID: String, isAdded: Bool) throws {
    let request = try build(Fixture.request(5, headers: headers), requestID: requestID)
    #expect(Fixture.headers(request.record.headers).contains("request-id=\(requestID)") == isAdded)
  }

  @Test func saysWhatAnEditReplaces() throws {
    let original = Fixture.request(5)
    let request = try build(original, action: .edit, patch: #"{"payment":{"amount":200}}"#)
    #expect(request.record.value.map { String(decoding: $0, as: UTF8.self) } == Fixture.body.replacing("100", with: "200"))
    #expect(request.originalHash == original.value.map { BodyHash(of: $0[...]) })
    #expect(request.bodyHash != request.originalHash)
    #expect(
      Fixture.headers(request.record.headers)
        == ["ce_id=r1"] + Self.marks + ["checkout-replay-replaces=\(request.originalHash?.hexadecimal ?? "")"])
  }

  @Test func anEditThatChangesNothingReplacesNothing() throws {
    let request = try build(Fixture.request(5), action: .edit, patch: "{}")
    #expect(Fixture.headers(request.record.headers) == ["ce_id=r1"] + Self.marks)
  }

  /// How a request that was to replace another body ended, and whether what is sent next must replace that body still.
  struct Ending: CustomTestStringConvertible, Sendable {
    var code: String
    var errorClass = DeadLetterClass.permanent
    var attempts: Int?
    var replaces: String? = replaced
    var isKept: Bool
    var testDescription: String { "\(code), \(attempts.map(String.init) ?? "unknown") attempts, replaces \(replaces ?? "nothing")" }

    static let replaced = String(repeating: "ab", count: 32)
  }

  static let endings = [
    // The ledger never took it, so it still stands for the body before.
    Ending(code: "IDEMPOTENCY_CONFLICT", attempts: 0, isKept: true),
    Ending(code: "UNKNOWN_MERCHANT", errorClass: .configuration, attempts: 0, isKept: true),
    Ending(code: "INVALID_REQUEST", attempts: 0, isKept: true), Ending(code: "INVALID_HEADER", attempts: 0, isKept: true),
    // The ledger stands for it.
    Ending(code: "UNPROCESSABLE_ENTITY", attempts: 1, isKept: false),
    Ending(code: "GATEWAY_UNAVAILABLE", errorClass: .transient, attempts: 5, isKept: false),
    Ending(code: "CONNECT_FAILED", errorClass: .transient, attempts: 0, isKept: false),
    // Another program wrote it.
    Ending(code: "UNKNOWN", isKept: false),
    Ending(code: "INVALID_REQUEST", attempts: 0, replaces: "ab", isKept: false),
    Ending(code: "INVALID_REQUEST", attempts: 0, replaces: nil, isKept: false),
  ]

  @Test(arguments: endings)
  func whatTheLedgerNeverTookReplacesTheSameAsBefore(ending: Ending) throws {
    let original = Fixture.request(5, headers: [("ce_id", "r1")] + (ending.replaces.map { [("checkout-replay-replaces", $0)] } ?? []))
    let facts = Fixture.Facts(code: ending.code, errorClass: ending.errorClass, attempts: ending.attempts)
    let edit = try build(original, facts, action: .edit, patch: #"{"a":1}"#)
    let named = ending.isKept ? ending.replaces : edit.originalHash?.hexadecimal
    #expect(Fixture.headers(edit.record.headers) == ["ce_id=r1"] + Self.marks + ["checkout-replay-replaces=\(named ?? "")"])
    let kept = ending.isKept ? ["checkout-replay-replaces=\(ending.replaces ?? "")"] : []
    for (action, patch) in [(.retry, nil), (.edit, "{}")] as [(ReplayAction, String?)] {
      let same = try build(original, facts, action: action, patch: patch)
      #expect(Fixture.headers(same.record.headers) == ["ce_id=r1"] + Self.marks + kept)
    }
  }

  /// An edit that was undone is the body that the ledger stands for.
  @Test func nothingReplacesItself() throws {
    let former = BodyHash(of: Array(Fixture.body.utf8)[...]).hexadecimal
    let edited = Fixture.request(5, body: Fixture.body.replacing("100", with: "200"), headers: [("checkout-replay-replaces", former)])
    let facts = Fixture.Facts(code: "UNKNOWN_MERCHANT", errorClass: .configuration, attempts: 0)
    let undone = try build(edited, facts, action: .edit, patch: #"{"payment":{"amount":100}}"#)
    #expect(undone.bodyHash?.hexadecimal == former)
    #expect(undone.record.headers.lastValue(named: "checkout-replay-replaces") == nil)
  }

  @Test func asksForANewSession() throws {
    let request = try build(Fixture.request(5), action: .retryNew)
    #expect(Fixture.headers(request.record.headers) == ["ce_id=r1"] + Self.marks + ["checkout-replay-new-session=true"])
  }

  @Test func sendsATombstoneAgainAsOne() throws {
    let request = try build(Fixture.request(5, body: nil))
    #expect(request.record.value == nil && request.bodyHash == nil && request.originalHash == nil)
  }

  @Test(arguments: [
    (FetchedRecord.gone(firstOffset: 9), ReplayRequestError.Code.gone, "begins at offset 9"),
    (.gone(firstOffset: 0), .gone, "has been removed"),
    (.unknown, .noOriginal, "the topic was made anew, or this is not the cluster"),
    (
      .found(PlanFixture.request(5, body: "{}")), .otherRecord,
      "not the one that failed, by its hash: the topic was made anew, or this is not"
    ),
    (.found(PlanFixture.request(5, body: nil)), .otherRecord, "not the one that failed"),
  ])
  func saysWhenTheOriginalCannotBeHad(original: FetchedRecord, code: ReplayRequestError.Code, text: String) {
    #expect(throws: ReplayRequestError.self) { try build(Fixture.request(5), original: original) }
    do {
      _ = try build(Fixture.request(5), original: original)
    } catch {
      #expect(error.code == code)
      #expect(error.message.contains(text))
    }
  }

  @Test(
    arguments: [
      (nil, PlanFixture.body, ReplayRequestError.Code.invalidPatch), ("{", PlanFixture.body, .invalidPatch),
      ("[1]", PlanFixture.body, .invalidPatch),
      ("{}", #"{"a":1,}"#, .unreadableBody), ("{}", #"{"a":1,"a":2}"#, .unreadableBody),
    ] as [(String?, String, ReplayRequestError.Code)])
  func saysWhenAPatchDoesNotApply(patch: String?, body: String, code: ReplayRequestError.Code) {
    do {
      _ = try build(Fixture.request(5, body: body), action: .edit, patch: patch)
      Issue.record("expected an error")
    } catch {
      #expect(error.code == code)
    }
  }

  @Test func doesNotSendWhatIsMasked() {
    do {
      _ = try build(Fixture.request(5), Fixture.Facts(payload: .redacted))
      Issue.record("expected an error")
    } catch {
      #expect(error.code == .redacted)
    }
  }

  private func build(
    _ original: StoredRecord, _ facts: Fixture.Facts = .init(), original fetched: FetchedRecord? = nil, requestID: String? = "r1",
    action: ReplayAction = .retry, patch: String? = nil
  ) throws(ReplayRequestError) -> ReplayRequest {
    let letter = Fixture.letter(7, of: original, facts)
    return try ReplayRequestBuilder().build(
      letter, original: ReplayRequestBuilder.placeToFetch(letter) == nil ? nil : fetched ?? .found(original), requestID: requestID,
      action: action, patch: patch.map { Array($0.utf8) }, count: 3)
  }
}
