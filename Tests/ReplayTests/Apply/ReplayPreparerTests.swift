import CheckoutSession
import Records
import Replay
import TestClock
import Testing

/// A plan's lines are held to what stands in the topics now.
@Suite("apply: what a line is about")
struct ReplayPreparerTests {
  static let body = Array(#"{"payment":{"amount":"12"}}"#.utf8)

  /// A topic's records by their places; nothing else is there.
  private struct Fetcher: RecordFetcher {
    var records: [RecordCoordinate: FetchedRecord]
    func fetch(_ places: [RecordCoordinate]) async throws -> [FetchedRecord] { places.map { records[$0] ?? .unknown } }
  }
  private struct Rehearsal: RequestRehearsal {
    var ending: RehearsedRequest.Ending
    func rehearse(_ records: [StoredRecord]) async throws(LedgerFailure) -> [RehearsedRequest] {
      records.map { _ in RehearsedRequest(identity: RequestIdentity(merchantID: "m", requestID: "r"), mode: .payment, ending: ending) }
    }
  }

  private let letterPlace = RecordCoordinate(topic: "letters", partition: 0, offset: 5)
  private let origin = RecordCoordinate(topic: "requests", partition: 1, offset: 77)

  private var original: StoredRecord {
    var headers: [UInt8] = []
    PackedHeaders.append(name: "ce_id".utf8, value: "r".utf8, to: &headers)
    return StoredRecord(
      topic: origin.topic, partition: 1, offset: 77, timestampMilliseconds: 1, key: [9], value: Self.body,
      headers: PackedHeaders(headers[...]))
  }

  private func letter(payload: String = "reference", origin: RecordCoordinate? = nil) -> StoredRecord {
    let origin = origin ?? self.origin
    var headers: [UInt8] = []
    let texts = [
      ("ce_id", "r"), ("kafka_dlt-original-topic", origin.topic), ("kafka_dlt-original-partition", "\(origin.partition)"),
      ("kafka_dlt-original-offset", "\(origin.offset)"), ("checkout-error-code", "INVALID_REQUEST"), ("checkout-error-class", "permanent"),
      ("checkout-payload", payload), ("checkout-replay-count", "2"),
    ]
    for (name, value) in texts { PackedHeaders.append(name: name.utf8, value: value.utf8, to: &headers) }
    let hash = BodyHash(of: Self.body[...]).hexadecimal
    let reference =
      #"{"reference":{"topic":"\#(origin.topic)","partition":\#(origin.partition),"offset":\#(origin.offset),"sha256":"\#(hash)"}}"#
    return StoredRecord(
      topic: "letters", partition: 0, offset: 5, timestampMilliseconds: 2, key: [9], value: Array(reference.utf8),
      headers: PackedHeaders(headers[...]))
  }

  private func entry(_ record: StoredRecord, action: ReplayAction = .retry, patch: String? = nil) -> PlanEntry {
    var parser = DeadLetterParser()
    let letter = parser.parse(record)
    return PlanEntry(
      place: letterPlace, origin: letter.name, identity: RequestIdentity(merchantID: "m", requestID: "r"), mode: .payment,
      failedAt: letter.at,
      errorClass: .permanent, errorCode: "INVALID_REQUEST", errorDetail: "", replayCount: 0, bodyHash: letter.bodyHash,
      recordHash: letter.recordHash, prediction: Prediction(.willCreate, generation: 1, detail: ""), action: action,
      patch: patch.map { Array($0.utf8) })
  }

  private func prepare(
    _ entry: PlanEntry, letter found: FetchedRecord, original: FetchedRecord? = nil, ending: RehearsedRequest.Ending = .sent(generation: 1)
  ) async throws -> PreparedReplay {
    let fetcher = Fetcher(records: [letterPlace: found, origin: original ?? .found(self.original)])
    return try #require(await ReplayPreparer(fetcher: fetcher, rehearsal: Rehearsal(ending: ending)).prepare([entry]).first)
  }

  private func refusal(_ line: PreparedReplay) -> ReplayRefusal.Code? {
    if case .refuse(let refusal) = line.work { refusal.code } else { nil }
  }

  @Test("the original is sent with its own headers, and the count of the dead letter itself goes into the claim")
  func retry() async throws {
    let line = try await prepare(entry(letter()), letter: .found(letter()))
    guard case .send(let record) = line.work else {
      Issue.record("\(line.work)")
      return
    }
    #expect(record.value == Self.body && record.key == [9] && line.replayCount == 2)
    #expect(record.headers.lastValue(named: "checkout-replay-of").map { String(decoding: $0, as: UTF8.self) } == "letters/0/5")
    #expect(record.headers.lastValue(named: "checkout-error-code") == nil && record.headers.lastValue(named: "ce_id") != nil)
  }

  @Test("what is no longer as planned is refused, each with its reason")
  func refusals() async throws {
    let planned = entry(letter())
    let other = try await prepare(planned, letter: .found(letter(payload: "redacted")))
    #expect(refusal(other) == .recordChanged)
    let moved = try await prepare(
      planned, letter: .found(letter(origin: RecordCoordinate(topic: "requests", partition: 1, offset: 78))))
    #expect(refusal(moved) == .recordChanged)
    #expect(refusal(try await prepare(planned, letter: .gone(firstOffset: 9))) == .deadLetterGone)
    #expect(refusal(try await prepare(planned, letter: .unknown)) == .recordChanged)
    #expect(refusal(try await prepare(planned, letter: .found(letter()), original: .gone(firstOffset: 100))) == .originalGone)
    var changed = original
    changed.value = [1]
    #expect(refusal(try await prepare(planned, letter: .found(letter()), original: .found(changed))) == .originalChanged)
    let redacted = letter(payload: "redacted")
    #expect(refusal(try await prepare(entry(redacted), letter: .found(redacted))) == .redacted)
  }

  @Test("a line whose origin was changed by hand is refused: its origin is what keeps it from being sent twice")
  func forgedOrigin() async throws {
    var forged = entry(letter())
    forged.origin.offset = 1
    #expect(refusal(try await prepare(forged, letter: .found(letter()))) == .recordChanged)
  }

  @Test("an edit is applied and rehearsed; one that is still rejected is refused")
  func edits() async throws {
    let edit = entry(letter(), action: .edit, patch: #"{"payment":{"amount":12}}"#)
    let line = try await prepare(edit, letter: .found(letter()))
    guard case .send(let record) = line.work else {
      Issue.record("\(line.work)")
      return
    }
    #expect(record.value.map { String(decoding: $0, as: UTF8.self) } == #"{"payment":{"amount":12}}"#)
    let error = ReplyError(code: "INVALID_REQUEST", title: "", detail: "payment.amount", retryable: false)
    #expect(refusal(try await prepare(edit, letter: .found(letter()), ending: .rejected(error))) == .editRejected)
    #expect(refusal(try await prepare(edit, letter: .found(letter()), ending: .conflict)) == .editRejected)
    #expect(refusal(try await prepare(entry(letter(), action: .edit, patch: "[]"), letter: .found(letter()))) == .editRejected)
  }

  @Test("a drop is held to the topic like the others, but needs no dead letter that has been removed")
  func drops() async throws {
    let drop = entry(letter(), action: .drop)
    for found in [FetchedRecord.found(letter()), .gone(firstOffset: 9)] {
      guard case .drop = try await prepare(drop, letter: found, original: .gone(firstOffset: 100)).work else {
        Issue.record("\(found)")
        continue
      }
    }
    #expect(refusal(try await prepare(drop, letter: .unknown)) == .recordChanged)
    #expect(refusal(try await prepare(drop, letter: .found(letter(payload: "redacted")))) == .recordChanged)
    var forged = drop
    forged.origin.offset = 1
    #expect(refusal(try await prepare(forged, letter: .found(letter()))) == .recordChanged)
  }

  @Test("a record that is not there says what that can mean")
  func elsewhere() async throws {
    guard case .refuse(let refusal) = try await prepare(entry(letter()), letter: .unknown).work else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.detail == "there is no letters/0/5: the topic was made anew, or this is not the cluster of the plan")
  }

  @Test("nothing is read for lines that are left alone")
  func untouched() async throws {
    let skip = try await prepare(entry(letter(), action: .skip), letter: .unknown)
    guard case .skip = skip.work else {
      Issue.record("\(skip.work)")
      return
    }
  }

  @Test(
    "a mark is read from both headers, or not at all",
    arguments: [
      ("letters/0/5", "2", true), ("letters/0/5", "0", false), ("letters/0/5", "x", false), ("letters/0", "1", false), ("/0/5", "1", false),
      ("letters/-1/5", "1", false), ("a/b/0/5", "1", false), ("letters/0/5/", "1", false),
    ])
  func marks(place: String, count: String, isMark: Bool) {
    var headers: [UInt8] = []
    PackedHeaders.append(name: "checkout-replay-of".utf8, value: place.utf8, to: &headers)
    #expect(ReplayMark(PackedHeaders(headers[...])) == nil)
    PackedHeaders.append(name: "checkout-replay-count".utf8, value: count.utf8, to: &headers)
    let mark = ReplayMark(PackedHeaders(headers[...]))
    #expect((mark == ReplayMark(deadLetter: letterPlace, count: 2)) == isMark)
  }

  @Test("a dry run counts what would be, and changes nothing")
  func dryRun() async throws {
    let world = ApplyWorld()
    let process = ApplyProcess(world)
    let plan =
      ApplyWorld.plan(4) + [ApplyWorld.entry(4, action: .drop), ApplyWorld.entry(5, action: .skip), ApplyWorld.entry(6, replayCount: 3)]
    let report = try world.simulation.run {
      _ = await process.apply([ApplyWorld.entry(0)])
      return try await ReplayDryRun(preparer: process, ledger: process, attemptsMax: 3).run(FakePlan(plan))
    }
    #expect(
      report.sent == 3 && report.dropped == 1 && report.skipped == 1 && report.lines == 7
        && report.earlier[1] == .init(sent: 1) && report.refused == [.overLimit: 1])
    #expect(world.published.count == 1)
  }
}
