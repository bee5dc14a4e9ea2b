import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 5 of issue 5: dead letters without customer data can be replayed, for as long as the request topic keeps the originals.
  @Suite struct ReplaySecrecyTests {
    /// Values that stand nowhere else; each belongs to a customer.
    private static let customer = [
      "Zebulonia", "Quetzalfeather", "zq.feather@distinct.example", "7d3c1b7a-91f2-4be0-8a35-5c0f6ee0d9aa", "1987-09-21", "Wildgooselane",
      "+15550199321",
    ]

    private static func body(_ id: String, mode: String = "PAYMENT") -> [UInt8] {
      let member = [
        #""firstName":"\#(customer[0])""#, #""lastName":"\#(customer[1])""#, #""email":"\#(customer[2])""#, #""hsid":"\#(customer[3])""#,
        #""dateOfBirth":"\#(customer[4])""#, #""metadata":{"street":"\#(customer[5])","phone":"\#(customer[6])"}"#,
      ].joined(separator: ",")
      let payment = #""payment":{"merchantTransactionId":"\#(id)","amount":1250}"#
      return Array(#"{"customer":{\#(member)},\#(payment),"config":{"modes":["\#(mode)"]}}"#.utf8)
    }

    /// One of each way to fail: for the configuration, by a rule, unreadable, in a header.
    private static var requests: [TestRequest] {
      let merchant = (name: "merchant-id", value: Array(ReplayLane.newMerchantID.utf8))
      return [
        TestRequest(id: "new", value: body("new"), headers: [merchant]), TestRequest(id: "mode", value: body("mode", mode: "PAY")),
        TestRequest(id: "cut", value: Array(body("cut").dropLast(20))),
        TestRequest(id: "expiry", value: body("expiry"), headers: [("ce_expirytime", Array("tomorrow".utf8))]),
      ]
    }

    @Test func aReferenceTellsNothingAndCanBeReplayed() async throws {
      let replay = try await ReplayLane.open("replay-reference", partitions: 1)
      try await replay.fail(Self.requests)
      let letters = try await replay.reader.allDeadLetters()
      #expect(letters.count == 4 && letters.allSatisfy { $0.text("checkout-payload") == "reference" })
      for letter in letters { expectNothing(of: letter) }

      let list = try await replay.replay("list", "--json")
      #expect(list.code == 0 && list.text.contains("UNKNOWN_MERCHANT"), list.all)
      let plan = try await replay.replay("plan", "-o", replay.path(), "--limit", "10")
      #expect(plan.code == 0, plan.all)
      try Data(#"{"config":{"modes":["PAYMENT"]}}"#.utf8).write(to: URL(filePath: replay.path("patch.json")))
      let revise = try await replay.replay(
        "plan", "--revise", replay.path(), "-o", replay.path("second.jsonl"), "--code", "INVALID_REQUEST", "--action", "edit", "--patch",
        replay.path("patch.json"))
      #expect(revise.code == 0, revise.all)
      let worker = try replay.work()
      let apply = try await replay.replay("apply", replay.path("second.jsonl"), "--yes")
      #expect(apply.code == 0, apply.all)
      let history = try await replay.replay("history", "--run", "1")
      #expect(history.code == 0, history.all)
      try await replay.end(worker)

      let sent = try await replay.replayed()
      #expect(
        Set(sent.map { String(decoding: $0.value, as: UTF8.self) }) == [Self.text("new"), Self.text("mode")], "edited or byte for byte")
      #expect(
        sent.allSatisfy { record in record.headers.allSatisfy { !$0.name.hasPrefix("kafka_dlt-") && $0.name != "checkout-error-code" } })
      let created = try await replay.reader.allReplies().filter { $0.outcome == "CREATED" }
      #expect(Set(created.map(\.requestID)) == ["new", "mode"])

      let said = [list, plan, revise, apply, history].map(\.output.text) + [worker.output.now.text]
      for text in said { expectNothing(in: text, "output") }
      for name in try FileManager.default.contentsOfDirectory(atPath: replay.lane.folder) {
        let bytes = try Data(contentsOf: URL(filePath: "\(replay.lane.folder)/\(name)")).map { $0 < 0x80 ? $0 : 0x3F }
        expectNothing(in: String(decoding: bytes, as: UTF8.self), name)
      }
      var status = stat()
      #expect(stat(replay.path(), &status) == 0 && status.st_mode & 0o777 == 0o600, "for the operator's eyes only")
      await replay.close()
    }

    /// Retention takes the originals: some before the plan is made, some between plan and apply.
    @Test func anOriginalThatIsGoneIsReported() async throws {
      let replay = try await ReplayLane.open("replay-gone", partitions: 1)
      let requests = TestRequest.forNewMerchant("gone", 9)
      try await replay.fail(requests)
      _ = try await replay.requests.all()
      try await replay.lane.removeRecords(of: replay.lane.requests, partition: 0, before: 3)
      let plan = try await replay.replay("plan", "-o", replay.path())
      #expect(plan.code == 0, plan.all)
      let lines = try replay.lines()
      #expect(lines.map(\.prediction) == Array(repeating: "GONE", count: 3) + Array(repeating: "WILL_CREATE", count: 6), plan.all)
      #expect(lines.prefix(3).allSatisfy { $0.action == "skip" && !$0.detail.isEmpty })

      try await replay.lane.removeRecords(of: replay.lane.requests, partition: 0, before: 6)
      let worker = try replay.work()
      let apply = try await replay.replay("apply", replay.path(), "--yes")
      #expect(apply.code == 3, apply.all)
      #expect(apply.text.contains("refused, GONE"), apply.all)
      let sent = try await replay.replayed().compactMap { $0.text("checkout-replay-of") }
      #expect(sent == lines.suffix(3).map(\.place))
      let created = try await replay.reader.allReplies().filter { $0.outcome == "CREATED" }
      #expect(Set(created.map(\.requestID)) == Set(requests.suffix(3).map(\.key)))
      try await replay.end(worker)
      await replay.close()
    }

    /// The other two kinds of payload, and the request topic without the originals: a full letter needs none, a redacted one is for reading only. What cannot be read, and
    /// so not be masked, is a reference then.
    @Test(arguments: ["full", "redacted"])
    func otherPayloads(payload: String) async throws {
      let replay = try await ReplayLane.open("replay-\(payload)", partitions: 1)
      try await replay.fail(Self.requests, settings: ["deadLetters.payload": payload])
      let letters = try await replay.reader.allDeadLetters()
      let isMasked = payload == "redacted"
      let payloads = Dictionary(letters.map { ($0.text("ce_id") ?? "", $0.text("checkout-payload") ?? "") }) { first, _ in first }
      #expect(payloads == ["new": payload, "mode": payload, "cut": isMasked ? "reference" : payload, "expiry": payload])
      if isMasked { for letter in letters { expectNothing(of: letter) } }
      _ = try await replay.requests.all()
      try await replay.lane.removeRecords(of: replay.lane.requests, partition: 0, before: 4)
      let plan = try await replay.replay("plan", "-o", replay.path())
      #expect(plan.code == (isMasked ? 3 : 0), plan.all)
      if isMasked {
        let lines = try replay.lines()
        #expect(lines.allSatisfy { $0.prediction == ($0.requestID == "cut" ? "GONE" : "REDACTED") && $0.action == "skip" }, plan.all)
      } else {
        #expect(try replay.lines().map(\.prediction) == ["WILL_CREATE"] + Array(repeating: "STILL_REJECTED", count: 3), plan.all)
        let worker = try replay.work()
        let apply = try await replay.replay("apply", replay.path(), "--yes")
        #expect(apply.code == 0, apply.all)
        let sent = try await replay.replayed()
        #expect(sent.map { String(decoding: $0.value, as: UTF8.self) } == [Self.text("new")])
        try await replay.end(worker)
      }
      await replay.close()
    }

    private static func text(_ id: String) -> String { String(decoding: body(id), as: UTF8.self) }

    private func expectNothing(of letter: ReadRecord, sourceLocation: SourceLocation = #_sourceLocation) {
      let parts = [letter.value] + letter.headers.map(\.value)
      expectNothing(
        in: parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"), letter.place, sourceLocation: sourceLocation)
    }

    private func expectNothing(in text: String, _ place: String, sourceLocation: SourceLocation = #_sourceLocation) {
      for value in Self.customer where text.contains(value) {
        Issue.record("\(value) stands in \(place)", sourceLocation: sourceLocation)
      }
    }
  }
}
