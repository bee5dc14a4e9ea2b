import CheckoutSession
import Records
import Replay
import Testing

@Suite struct ReplayPlannerTests {
  private typealias Fixture = PlanFixture

  /// One dead letter, what stands in its way, and what the plan says: every prediction with its default action.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var facts = PlanFixture.Facts()
    var ending = RehearsedRequest.Ending.sent(generation: 1)
    var fetched: FetchedRecord?
    var replayed: ReplayRecord.State?
    var order: ReplayOrder?
    var expected: String
    var errorCode: String?
    var generation: Int?
    var reason: String?
    var testDescription: String { name }
  }

  private static let ruleBroken = ReplyError(code: "INVALID_REQUEST", title: "t", detail: "payment.amount: expected …", retryable: false)
  private static let unknownMerchant = ReplyError(code: "UNKNOWN_MERCHANT", title: "t", detail: "d", retryable: false)
  private static let moment = Timestamp(millisecondsSinceEpoch: 5000)
  private static let gatewayRejected = PlanFixture.Facts(code: "UNPROCESSABLE_ENTITY", errorClass: .permanent, httpStatus: 422)
  private static let patch = Array(#"{"payment":{"amount":7}}"#.utf8)

  static let cases = [
    Case(name: "works now", expected: "WILL_CREATE retry", generation: 1),
    Case(name: "works now, a later generation", ending: .sent(generation: 3), expected: "WILL_CREATE retry", generation: 3),
    Case(
      name: "gateway said 422", facts: gatewayRejected, expected: "GATEWAY_REJECTS_AGAIN skip", errorCode: "UNPROCESSABLE_ENTITY",
      reason: "edit"),
    Case(
      name: "gateway did not know the customer", facts: .init(code: "NOT_FOUND", errorClass: .permanent, httpStatus: 404),
      expected: "GATEWAY_REJECTS_AGAIN skip", errorCode: "NOT_FOUND"),
    Case(name: "gateway said 503", facts: .init(httpStatus: 503), expected: "WILL_CREATE retry"),
    Case(name: "gateway said 422, retry wanted", facts: gatewayRejected, order: .init(.retry), expected: "GATEWAY_REJECTS_AGAIN retry"),
    Case(
      name: "gateway said 422, edited", facts: gatewayRejected, order: .init(.edit, patch: patch), expected: "WILL_CREATE edit",
      generation: 1),
    Case(
      name: "gateway said 422, edited to the same", facts: gatewayRejected, order: .init(.edit, patch: Array("{}".utf8)),
      expected: "GATEWAY_REJECTS_AGAIN edit"),
    Case(
      name: "breaks a rule", ending: .rejected(ruleBroken), expected: "STILL_REJECTED skip", errorCode: "INVALID_REQUEST",
      reason: "edit the body"),
    Case(
      name: "unknown merchant", ending: .rejected(unknownMerchant), expected: "STILL_REJECTED skip", errorCode: "UNKNOWN_MERCHANT",
      reason: "change the configuration"),
    Case(
      name: "breaks a rule after the edit too", ending: .rejected(ruleBroken), order: .init(.edit, patch: patch),
      expected: "STILL_REJECTED edit",
      errorCode: "INVALID_REQUEST"),
    Case(
      name: "patch is no object", order: .init(.edit, patch: Array("1".utf8)), expected: "STILL_REJECTED edit", errorCode: "INVALID_EDIT"),
    Case(
      name: "open session", ending: .answered(generation: 2, until: moment), expected: "ALREADY_ANSWERED skip", generation: 2,
      reason: "retry-new"),
    Case(name: "completed session", ending: .answered(generation: 2, until: nil), expected: "ALREADY_ANSWERED skip", generation: 2),
    Case(
      name: "open session, reply wanted again", ending: .answered(generation: 2, until: moment), order: .init(.retry),
      expected: "ALREADY_ANSWERED retry", generation: 2),
    Case(name: "nobody waits", ending: .expired, expected: "EXPIRED skip", reason: "nobody waits"),
    Case(name: "another body", ending: .conflict, expected: "CONFLICT skip", errorCode: "IDEMPOTENCY_CONFLICT"),
    Case(name: "original removed", fetched: .gone(firstOffset: 50), expected: "GONE skip", reason: "begins at offset 50"),
    Case(name: "no such topic", fetched: .unknown, expected: "GONE skip", reason: "made anew"),
    Case(
      name: "other original", fetched: .found(PlanFixture.request(5, body: "{}")), expected: "GONE skip", reason: "not the one that failed"),
    Case(name: "original removed, retry wanted", fetched: .gone(firstOffset: 50), order: .init(.retry), expected: "GONE skip"),
    Case(
      name: "original removed, dropped", fetched: .gone(firstOffset: 50), order: .init(.drop, reason: "told them"), expected: "GONE drop",
      reason: "told them"),
    Case(name: "masked", facts: .init(payload: .redacted), expected: "REDACTED skip", reason: "reading only"),
    Case(name: "masked, edit wanted", facts: .init(payload: .redacted), order: .init(.edit, patch: patch), expected: "REDACTED skip"),
    Case(name: "value in the dead letter", facts: .init(payload: .full), fetched: .unknown, expected: "WILL_CREATE retry"),
    Case(name: "sent already", replayed: .sent, expected: "ALREADY_REPLAYED skip", reason: "its answer was not seen"),
    Case(name: "answered already", replayed: .answered, expected: "ALREADY_REPLAYED skip", generation: 4, reason: "answered CREATED"),
    Case(name: "dropped already", replayed: .dropped, expected: "ALREADY_REPLAYED skip", reason: "dropped"),
    Case(name: "dropped already, drop wanted", replayed: .dropped, order: .init(.drop, reason: "x"), expected: "ALREADY_REPLAYED skip"),
    Case(name: "sent already, retry wanted", replayed: .sent, order: .init(.retry), expected: "ALREADY_REPLAYED skip"),
    // Whether it was sent, apply finds out: a plan that left it alone would leave it out for ever.
    Case(name: "in doubt", replayed: .claimed, expected: "WILL_CREATE retry"),
    Case(name: "at the limit", facts: .init(replayCount: 3), expected: "WILL_CREATE skip", reason: "replay.maxAttempts"),
    Case(name: "below the limit", facts: .init(replayCount: 2), expected: "WILL_CREATE retry"),
    Case(name: "at the limit, retry wanted", facts: .init(replayCount: 3), order: .init(.retry), expected: "WILL_CREATE retry"),
    Case(name: "skip wanted", order: .init(.skip, reason: "later"), expected: "WILL_CREATE skip", reason: "later"),
    Case(name: "skip wanted, no reason", order: .init(.skip), expected: "WILL_CREATE skip", reason: "left out"),
    Case(
      name: "new session wanted", ending: .sent(generation: 2), order: .init(.retryNew), expected: "WILL_CREATE retry-new", generation: 2),
  ]

  @Test(arguments: cases)
  func predictsAndChooses(_ test: Case) async throws {
    let request = Fixture.request(5)
    var fetcher = FakeFetcher([request])
    if let fetched = test.fetched { fetcher.records[Fixture.origin(5)] = fetched }
    let letter = Fixture.letter(7, of: request, test.facts)
    var lookup = FakeLookup()
    if let state = test.replayed { lookup.records[letter.name] = Self.record(letter, state) }
    var planner = ReplayPlanner(fetcher: fetcher, rehearsal: FakeRehearsal { _ in test.ending }, ledger: lookup, attemptsMax: 3)
    let entry = try #require(try await planner.plan([PlanDraft(letter, order: test.order)]).first)
    #expect("\(entry.prediction.kind.rawValue) \(entry.action.rawValue)" == test.expected)
    #expect(test.errorCode == nil || entry.prediction.errorCode == test.errorCode)
    #expect(test.generation == nil || entry.prediction.generation == test.generation)
    #expect(test.reason.map { entry.reason?.contains($0) == true } ?? true, "\(entry.reason ?? "no reason")")
    #expect(entry.action != .skip || test.order != nil || entry.reason != nil)
    #expect((entry.patch != nil) == (entry.action == .edit))
    #expect(entry.identity == RequestIdentity(merchantID: "m1", requestID: "r1"))
    #expect(entry.place == letter.place && entry.origin == Fixture.origin(5) && entry.recordHash == letter.recordHash)
  }

  @Test func everyPredictionHasItsCase() {
    for kind in Prediction.Kind.allCases {
      #expect(Self.cases.contains { $0.expected.hasPrefix(kind.rawValue + " ") }, "\(kind)")
    }
  }

  // MARK: Several lines

  @Test func sendsOneRecordOnceHoweverManyDeadLettersItHas() async throws {
    let request = Fixture.request(5)
    var planner = planner([request])
    let first = try await planner.plan([Fixture.letter(7, of: request), Fixture.letter(8, of: request)].map { PlanDraft($0) })
    let later = try await planner.plan([PlanDraft(Fixture.letter(9, of: request), order: .init(.retry))])
    #expect(Fixture.summary(first + later) == ["WILL_CREATE retry", "ALREADY_REPLAYED skip", "ALREADY_REPLAYED skip"])
    #expect(later[0].prediction.detail.contains("checkout.session-requests.dlq/0/7"))
  }

  @Test func makesOneSessionForARequestThatWasWrittenTwice() async throws {
    let requests = [Fixture.request(5), Fixture.request(6)]
    var planner = planner(requests)
    let first = try await planner.plan([PlanDraft(Fixture.letter(7, of: requests[0]))])
    let second = try await planner.plan([PlanDraft(Fixture.letter(8, of: requests[1]))])
    #expect(Fixture.summary(first + second) == ["WILL_CREATE retry", "ALREADY_ANSWERED skip"])
    #expect(second[0].prediction.generation == first[0].prediction.generation)
  }

  /// What is left alone takes nothing from others.
  @Test func aSkippedLineMakesNoSession() async throws {
    let requests = [Fixture.request(5), Fixture.request(6)]
    var planner = planner(requests)
    let entries = try await planner.plan([
      PlanDraft(Fixture.letter(7, of: requests[0]), order: .init(.skip, reason: "not now")), PlanDraft(Fixture.letter(8, of: requests[1])),
    ])
    #expect(Fixture.summary(entries) == ["WILL_CREATE skip", "WILL_CREATE retry"])
  }

  @Test func rehearsesWhatWouldBeSent() async throws {
    let request = Fixture.request(5)
    let rehearsal = FakeRehearsal { record in
      let body = String(decoding: record.value ?? [], as: UTF8.self)
      let replaces = record.headers.lastValue(named: "checkout-replay-replaces") != nil
      return body.contains(#""amount":7"#) && replaces && record.offset == 5 ? .sent(generation: 2) : .conflict
    }
    var planner = ReplayPlanner(fetcher: FakeFetcher([request]), rehearsal: rehearsal, ledger: FakeLookup(), attemptsMax: 3)
    let entries = try await planner.plan([PlanDraft(Fixture.letter(7, of: request), order: .init(.edit, patch: Self.patch))])
    #expect(Fixture.summary(entries) == ["WILL_CREATE edit"])
  }

  /// An old dead letter does not say which request it is about; its record's place may be the only name, and an edit must not change it.
  @Test func findsOutTheNameThatADeadLetterDoesNotSay() async throws {
    let request = Fixture.request(5, headers: [])
    let letter = Fixture.letter(7, of: request, .init(saysIdentity: false))
    #expect(letter.requestID == nil)
    let orders: [ReplayOrder?] = [nil, .init(.edit, patch: Self.patch)]
    for order in orders {
      var planner = planner([request])
      let entries = try await planner.plan([PlanDraft(letter, order: order)])
      #expect(entries[0].identity.requestID == "checkout.session-requests/0/5")
      #expect(entries[0].mode == .payment)
    }
  }

  // MARK: Revision

  @Test func revisesLinesByTheirOwnOrders() async throws {
    let requests = (5...8).map { Fixture.request($0, headers: [("ce_id", "r\($0)")]) }
    let records = requests.enumerated().map { Fixture.letterRecord(Int64($0.offset), of: $0.element) }
    var planner = planner(requests + records)
    var entries = try await planner.plan(requests.enumerated().map { PlanDraft(Fixture.letter(Int64($0.offset), of: $0.element)) })
    entries[1].action = .edit
    entries[1].patch = Self.patch
    (entries[2].action, entries[2].reason) = (.drop, "told them")
    var again = self.planner(requests + records)
    var filter = DeadLetterFilter()
    (filter.partitions, filter.offsets) = ([0], [3...3])
    let revision = try await again.revise(entries, change: PlanChange(ReplayOrder(.skip, reason: "chosen"), for: filter))
    let revised = revision.entries
    #expect(revision.changedCount == 1 && revision.unreadableCount == 0)
    #expect(Fixture.summary(revised) == ["WILL_CREATE retry", "WILL_CREATE edit", "WILL_CREATE drop", "WILL_CREATE skip"])
    #expect(revised.map(\.reason) == [nil, nil, "told them", "chosen"])
    #expect(revised[1].patch == Self.patch)
  }

  /// A skip that the plan chose stays one, whatever has changed since, but not its reason; and what another line makes a session for is no session less.
  @Test func findsItsOwnReasonsAnew() async throws {
    let requests = [Fixture.request(5), Fixture.request(6), Fixture.request(7, headers: [("ce_id", "r2")])]
    let records = requests.enumerated().map { Fixture.letterRecord(Int64($0.offset), of: $0.element) }
    let letters = requests.enumerated().map { Fixture.letter(Int64($0.offset), of: $0.element) }
    let broken = FakeRehearsal { $0.offset == 7 ? .rejected(Self.unknownMerchant) : .sent(generation: 1) }
    var planner = ReplayPlanner(fetcher: FakeFetcher(requests), rehearsal: broken, ledger: FakeLookup(), attemptsMax: 3)
    let entries = try await planner.plan(letters.map { PlanDraft($0) })
    #expect(Fixture.summary(entries) == ["WILL_CREATE retry", "ALREADY_ANSWERED skip", "STILL_REJECTED skip"])
    var again = self.planner(requests + records)
    let revised = try await again.revise(entries).entries
    #expect(Fixture.summary(revised) == ["WILL_CREATE retry", "ALREADY_ANSWERED skip", "WILL_CREATE skip"])
    #expect(revised[1].reason == entries[1].reason)
    #expect(revised[2].reason == "left out: action retry sends it")
  }

  @Test func saysWhichDeadLettersAreNoLongerThere() async throws {
    let requests = (5...8).map { Fixture.request($0, headers: [("ce_id", "r\($0)")]) }
    let letters = requests.enumerated().map { Fixture.letter(Int64($0.offset), of: $0.element) }
    var planner = planner(requests)
    let entries = try await planner.plan(letters.map { PlanDraft($0) })
    var changed = letters[1].record
    changed.key = Array("other".utf8)
    var fetcher = FakeFetcher(requests + [letters[0].record, changed])
    fetcher.records[letters[2].place] = .gone(firstOffset: 50)
    var again = ReplayPlanner(fetcher: fetcher, rehearsal: FakeRehearsal(), ledger: FakeLookup(), attemptsMax: 3)
    let revision = try await again.revise(entries)
    #expect(revision.unreadableCount == 3 && revision.unreadableMeantCount == 0)
    let revised = revision.entries
    #expect(Fixture.summary(revised) == ["WILL_CREATE retry", "GONE skip", "GONE skip", "GONE skip"])
    let elsewhere = "the topic was made anew, or this is not the cluster of the plan"
    #expect(revised[1].reason?.hasSuffix("is another one: \(elsewhere)") == true)
    #expect(revised[2].reason?.hasSuffix("removed from its topic: the partition begins at offset 50 now") == true)
    #expect(revised[3].reason?.hasSuffix("there is no dead letter at this place: \(elsewhere)") == true)
  }

  // MARK: Revision without the dead letter

  /// What is at the place of a dead letter, what its line and the operator say, and what becomes of the line.
  struct Lost: CustomTestStringConvertible, Sendable {
    var name: String
    var fetched = FetchedRecord.gone(firstOffset: 50)
    var line = ReplayOrder(.retry)
    var change: ReplayOrder?
    var requestID = "r1"
    var replayed: ReplayRecord.State?
    var expected: String
    var reason: String?
    /// Changed lines, and those that were meant and stay.
    var counts = [0, 0]
    var testDescription: String { name }
  }

  private static let told = ReplayOrder(.drop, reason: "told them")

  static let lost = [
    Lost(name: "its line drops it", line: told, expected: "GONE drop", reason: "told them"),
    Lost(name: "drop wanted", change: told, expected: "GONE drop", reason: "told them", counts: [1, 0]),
    Lost(name: "skip wanted", line: told, change: .init(.skip, reason: "no"), expected: "GONE skip", reason: "no", counts: [1, 0]),
    Lost(name: "drop of others wanted", change: told, requestID: "r2", expected: "GONE skip", reason: "has been removed"),
    Lost(name: "retry wanted", change: .init(.retry), expected: "GONE skip", reason: "has been removed", counts: [0, 1]),
    Lost(name: "its line drops it, retry wanted", line: told, change: .init(.retry), expected: "GONE drop", counts: [0, 1]),
    Lost(name: "its line edits it", line: .init(.edit, patch: patch), expected: "GONE skip", reason: "has been removed"),
    Lost(name: "its line skips it", line: .init(.skip, reason: "by hand"), expected: "GONE skip", reason: "by hand"),
    // The topic may be another one than that of the plan.
    Lost(name: "behind the end", fetched: .unknown, line: told, expected: "GONE skip", reason: "made anew"),
    Lost(name: "behind the end, drop wanted", fetched: .unknown, change: told, expected: "GONE skip", reason: "made anew", counts: [0, 1]),
    Lost(
      name: "another one, drop wanted", fetched: .found(PlanFixture.letterRecord(7, of: PlanFixture.request(6))), change: told,
      expected: "GONE skip", reason: "another one", counts: [0, 1]),
    // It was dropped, or sent, before it went.
    Lost(name: "dropped already", line: told, replayed: .dropped, expected: "ALREADY_REPLAYED skip", reason: "dropped at"),
    Lost(name: "sent already, drop wanted", change: told, replayed: .sent, expected: "ALREADY_REPLAYED skip", counts: [1, 0]),
    Lost(name: "in doubt, drop wanted", change: told, replayed: .claimed, expected: "GONE drop", counts: [1, 0]),
  ]

  @Test(arguments: lost)
  func whatRetentionHasRemovedCanStillBeDropped(_ test: Lost) async throws {
    let request = Fixture.request(5)
    let letter = Fixture.letter(7, of: request)
    var planner = planner([request])
    var entry = try #require(try await planner.plan([PlanDraft(letter)]).first)
    (entry.action, entry.patch, entry.reason) = (test.line.action, test.line.patch, test.line.reason)
    var fetcher = FakeFetcher([request])
    fetcher.records[letter.place] = test.fetched
    var lookup = FakeLookup()
    if let state = test.replayed { lookup.records[letter.name] = Self.record(letter, state) }
    var again = ReplayPlanner(fetcher: fetcher, rehearsal: FakeRehearsal(), ledger: lookup, attemptsMax: 3)
    var filter = DeadLetterFilter()
    filter.requestIDs = [test.requestID]
    let revision = try await again.revise([entry], change: test.change.map { PlanChange($0, for: filter) })
    #expect(Fixture.summary(revision.entries) == [test.expected])
    #expect(revision.entries[0].patch == nil)
    let reason = try #require(revision.entries[0].reason)
    #expect(test.reason.map { reason.contains($0) } ?? true, "\(reason)")
    #expect([revision.changedCount, revision.unreadableMeantCount] == test.counts && revision.unreadableCount == 1)
  }

  // MARK: Parts

  private func planner(_ records: [StoredRecord]) -> ReplayPlanner {
    ReplayPlanner(fetcher: FakeFetcher(records), rehearsal: FakeRehearsal(), ledger: FakeLookup(), attemptsMax: 3)
  }

  private static func record(_ letter: DeadLetter, _ state: ReplayRecord.State) -> ReplayRecord {
    ReplayRecord(
      claim: ReplayClaim(
        origin: letter.name, deadLetter: letter.place, identity: RequestIdentity(merchantID: "m1", requestID: "r1"),
        action: state == .dropped ? .drop : .retry, bodyHash: nil, originalHash: nil, replayCount: 0),
      run: 12, state: state, count: 1, claimedAt: moment, sentAt: state == .sent || state == .answered ? moment : nil,
      answer: state == .answered ? ReplayAnswer(outcome: .created, generation: 4) : nil)
  }
}
