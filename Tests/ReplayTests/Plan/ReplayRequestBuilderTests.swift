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

  /// The edit that ended as a conflict has not become the ledger's body: the one before it still is.
  @Test(
    arguments: [
      ("IDEMPOTENCY_CONFLICT", String(repeating: "ab", count: 32), #"{"a":1}"#, true),
      ("IDEMPOTENCY_CONFLICT", String(repeating: "ab", count: 32), "{}", true),
      ("IDEMPOTENCY_CONFLICT", "ab", #"{"a":1}"#, false), ("IDEMPOTENCY_CONFLICT", nil, #"{"a":1}"#, false),
      ("GATEWAY_ERROR", String(repeating: "ab", count: 32), #"{"a":1}"#, false),
    ] as [(String, String?, String, Bool)])
  func anEditOfAConflictReplacesWhatTheConflictWasToReplace(code: String, replaces: String?, patch: String, isKept: Bool) throws {
    let original = Fixture.request(5, headers: [("ce_id", "r1")] + (replaces.map { [("checkout-replay-replaces", $0)] } ?? []))
    let request = try build(original, Fixture.Facts(code: code, errorClass: .permanent), action: .edit, patch: patch)
    let named = isKept ? replaces : request.originalHash?.hexadecimal
    #expect(Fixture.headers(request.record.headers) == ["ce_id=r1"] + Self.marks + ["checkout-replay-replaces=\(named ?? "")"])
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
