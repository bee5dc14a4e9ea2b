import CheckoutSession
import Replay
import Testing

@Suite struct PlanTextTests {
  @Test func readsWhatItWrites() throws {
    for entry in [Self.full, Self.bare] {
      let line = Self.line(entry)
      #expect(line.hasSuffix("\n") && !line.dropLast().contains("\n"))
      #expect(try Self.read(line) == entry)
    }
  }

  @Test func writesTheMembersOfTheDesign() {
    #expect(
      Self.line(Self.bare) == """
        {"topic":"q","partition":1,"offset":7,"origin":"r/2/9","merchantId":"m","requestId":"i","failedAt":"1970-01-01T00:00:01.000Z",\
        "error":{"class":"transient","code":"C","detail":"d"},"replayCount":0,"recordSha256":"\(Self.hash(1).hexadecimal)",\
        "prediction":{"kind":"GONE","detail":"g"},"action":"skip"}

        """)
  }

  /// `jq -c` may order members anew, write escapes and spaces otherwise, and leave nulls; `jq .` never gets here, because a line is a record.
  @Test func survivesOtherToolsWriting() throws {
    let line = """
      { "action":"drop", "reason":"k\\u00e4se", "patch":null, "mode":null, "bodySha256":null, "prediction":{"detail":"g","kind":"GONE","generation":null}, \
      "recordSha256":"\(Self.hash(1).hexadecimal.uppercased())","replayCount":0,"error":{"detail":"d","code":"C","class":"transient"},\
      "failedAt":"1970-01-01T00:00:01Z","requestId":"i","merchantId":"m","origin":"r\\/2\\/9","offset":7,"partition":1,"topic":"q"}
      """
    var expected = Self.bare
    expected.action = .drop
    expected.reason = "käse"
    #expect(try Self.read(line) == expected)
  }

  @Test(arguments: [
    (#""offset":7"#, #""offset":"7""#, "offset: expected a number, found a string"),
    (#""offset":7"#, #""offset":7.5"#, "offset: expected a whole number from 0 to 9223372036854775807, got 7.5"),
    (#""offset":7,"#, "", "offset: expected a number, found none"),
    (#""partition":1"#, #""partition":-1"#, "partition: expected a whole number from 0 to 2147483647, got -1"),
    (#""origin":"r/2/9""#, #""origin":"r-2-9""#, "origin: expected topic/partition/offset"),
    (#""action":"skip""#, #""action":"retri""#, #"action: expected one of retry, retry-new, edit, skip, drop, got "retri""#),
    (#""action":"skip""#, #""action":"edit""#, #"patch: expected a JSON Merge Patch, because the action is "edit""#),
    (#""action":"skip""#, #""action":"drop""#, #"reason: expected why it is dropped, because the action is "drop""#),
    (#""action":"skip""#, #""action":"drop","reason":"  ""#, #"reason: expected why it is dropped, because the action is "drop""#),
    (#""action":"skip""#, #""action":"retry","patch":{}"#, #"patch: only an edit has one: make the action "edit", or take the patch out"#),
    (#""action":"skip""#, #""action":"edit","patch":[1]"#, "patch: expected an object, found an array"),
    (#""action":"skip""#, #""action":"edit","patch":{"a":1,"a":2}"#, "a member name that the object already has"),
    (#""action":"skip""#, #""action":"skip","resaon":"x""#, "resaon: no such member; expected one of action, bodySha256"),
    (#""kind":"GONE""#, #""kind":"FINE""#, "prediction.kind: expected one of WILL_CREATE, GATEWAY_REJECTS_AGAIN"),
    (#""class":"transient""#, #""class":"bad""#, #"error.class: expected one of permanent, transient, configuration, got "bad""#),
    (#""code":"C","#, "", "error.code: expected a string, found none"),
    (#""failedAt":"1970"#, #""failedAt":"x1970"#, "failedAt: expected a time such as"),
    (#""recordSha256":""#, #""recordSha256":"0"#, "recordSha256: expected 64 hexadecimal digits"),
    (#""action":"skip"}"#, #""action":"skip""#, "column "),
  ])
  func namesTheMemberAtFault(part: String, replacement: String, message: String) throws {
    let line = Self.line(Self.bare)
    try #require(line.contains(part))
    do {
      _ = try Self.read(line.replacing(part, with: replacement))
      Issue.record("expected an error: \(message)")
    } catch {
      #expect(error.description.contains(message))
    }
  }

  @Test func readsItsHeader() throws {
    let header = PlanHeader(
      createdAt: Timestamp(millisecondsSinceEpoch: 5), createdBy: "a@b", deadLettersTopic: "q", requestsTopic: "r",
      filters: "--class transient",
      recordsCount: 12)
    #expect(try Self.readHeader(Self.line(header)) == header)
  }

  /// The writer puts the count in at the end, where a zero stood.
  @Test(arguments: [0, 7, 999, PlanText.linesMax])
  func aHeadersLengthDoesNotDependOnItsCount(count: Int) throws {
    var header = PlanHeader(
      createdAt: Timestamp(millisecondsSinceEpoch: 5), createdBy: "a@b", deadLettersTopic: "q", requestsTopic: "r", filters: "",
      recordsCount: 0)
    let length = Self.line(header).utf8.count
    header.recordsCount = count
    #expect(Self.line(header).utf8.count == length)
    #expect(try Self.readHeader(Self.line(header)).recordsCount == count)
  }

  @Test(arguments: [
    ("{\"topic\":\"q\"}", "expected the plan's header"), (#"{"plan":"checkout-replay/9"}"#, "plan: expected \"checkout-replay/1\""),
    (#"{"plan":"checkout-replay/1"}"#, "createdAt: expected a string, found none"), ("[]", "found an array, expected an object"),
    ("not json", "column 1"),
  ])
  func saysWhenTheFirstLineIsNoHeader(line: String, message: String) {
    do {
      _ = try Self.readHeader(line)
      Issue.record("expected an error: \(message)")
    } catch {
      #expect(error.description.contains(message))
    }
  }

  // MARK: Entries

  private static func hash(_ byte: UInt8) -> BodyHash { BodyHash(of: [byte]) }

  private static let bare = PlanEntry(
    place: RecordCoordinate(topic: "q", partition: 1, offset: 7), origin: RecordCoordinate(topic: "r", partition: 2, offset: 9),
    identity: RequestIdentity(merchantID: "m", requestID: "i"), mode: nil, failedAt: Timestamp(millisecondsSinceEpoch: 1000),
    errorClass: .transient, errorCode: "C", errorDetail: "d", replayCount: 0, bodyHash: nil, recordHash: hash(1),
    prediction: Prediction(.gone, detail: "g"), action: .skip)

  private static let full = PlanEntry(
    place: RecordCoordinate(topic: "q", partition: 1, offset: 7), origin: RecordCoordinate(topic: "r", partition: 2, offset: Int64.max),
    identity: RequestIdentity(merchantID: "m", requestID: "i \"\\\u{1} é"), mode: .payment,
    failedAt: Timestamp(millisecondsSinceEpoch: 1000),
    errorClass: .configuration, errorCode: "C", errorDetail: "d\ne", replayCount: 2, bodyHash: hash(2), recordHash: hash(1),
    prediction: Prediction(.willCreate, generation: 2, errorCode: "X", detail: "w"), action: .edit,
    patch: Array(#"{"a": {"b":null}}"#.utf8), reason: "because")

  private static func line(_ entry: PlanEntry) -> String {
    var bytes: [UInt8] = []
    PlanText.append(entry, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func line(_ header: PlanHeader) -> String {
    var bytes: [UInt8] = []
    PlanText.append(header, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func read(_ line: String) throws(PlanLineError) -> PlanEntry {
    var reader = JSONReader()
    return try PlanText.entry(Array(line.utf8)[...], reader: &reader)
  }

  private static func readHeader(_ line: String) throws(PlanLineError) -> PlanHeader {
    var reader = JSONReader()
    return try PlanText.header(Array(line.utf8)[...], reader: &reader)
  }
}
