import CheckoutSession
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 5: every bad record its documented outcome, every good one around it a session.
  @Suite struct BadInputTests {
    private struct Bad: Sendable {
      var name: String
      var value: [UInt8]?
      var headers: [(name: String, value: [UInt8])] = []
      var code: String
      /// What the reply's detail must say.
      var detail: String
      /// Whether the request id is found in the reply by the header (an unreadable body has no other).
      init(_ name: String, _ value: String?, headers: [(String, String)] = [], code: String, detail: String = "") {
        self.init(name, bytes: value.map { Array($0.utf8) }, headers: headers, code: code, detail: detail)
      }
      init(_ name: String, bytes: [UInt8]?, headers: [(String, String)] = [], code: String, detail: String = "") {
        self.name = name
        value = bytes
        self.headers = headers.map { ($0.0, Array($0.1.utf8)) }
        self.code = code
        self.detail = detail
      }
    }

    private static let unknownMerchant = "00000000-0000-4000-8000-000000000001"
    private static let payment = #""payment":{"merchantTransactionId":"bad","amount":100}"#
    private static let bad: [Bad] = [
      Bad("empty", "", code: "EMPTY_VALUE"),
      Bad("tombstone", nil, code: "EMPTY_VALUE"),
      Bad("huge", #"{"padding":""# + String(repeating: "x", count: 300 * 1024) + #""}"#, code: "VALUE_TOO_LARGE"),
      Bad("utf8", bytes: Array(#"{"customer":{"firstName":""#.utf8) + [0xC3, 0x28] + Array(#""}}"#.utf8), code: "INVALID_JSON"),
      Bad("deep", String(repeating: "[", count: 33) + String(repeating: "]", count: 33), code: "INVALID_JSON"),
      Bad(
        "comma", #"{"payment":{"merchantTransactionId":"bad","amount":100,},"config":{"modes":["PAYMENT"]}}"#, code: "INVALID_JSON",
        detail: "line 1, column 55"),
      Bad(
        "types", #"{"payment":{"merchantTransactionId":7,"amount":"100"},"config":{"modes":["PAYMENT"]}}"#, code: "INVALID_REQUEST",
        detail: "payment.amount"),
      Bad(
        "decimals", #"{"payment":{"merchantTransactionId":"bad","amount":12.5},"config":{"modes":["PAYMENT"]}}"#, code: "INVALID_REQUEST",
        detail: "payment.amount: must be an integer number of cents between 1 and 99999999, got 12.5"),
      Bad("mode", "{\(payment),\"config\":{\"modes\":[\"PAY_LATER\"]}}", code: "INVALID_REQUEST", detail: "config.modes"),
      Bad(
        "modes", "{\(payment),\"config\":{\"modes\":[\"PAYMENT\",\"PAYMENT_METHOD_ENTRY\"]}}", code: "INVALID_REQUEST",
        detail: "config.modes"),
      Bad("duplicate", "{\(payment),\(payment),\"config\":{\"modes\":[\"PAYMENT\"]}}", code: "INVALID_JSON"),
      Bad("merchant", TestRequest.body("bad"), headers: [("merchant-id", unknownMerchant)], code: "UNKNOWN_MERCHANT"),
      Bad("topic", TestRequest.body("bad"), headers: [("kafka_replyTopic", "somebody.elses")], code: "REPLY_TOPIC_NOT_ALLOWED"),
      Bad("expiry", TestRequest.body("bad"), headers: [("ce_expirytime", "tomorrow")], code: "INVALID_HEADER", detail: "ce_expirytime"),
      Bad("partition", TestRequest.body("bad"), headers: [("kafka_replyPartition", "12345")], code: "INVALID_HEADER"),
    ]

    @Test func eachHasItsOutcomeAndItsNeighboursAreWell() async throws {
      let lane = try await Lane.shared("bad", scenario: Scenarios.calm, partitions: 1)
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      var records = [TestRequest.payment("good-0")]
      for (index, bad) in Self.bad.enumerated() {
        records.append(TestRequest(id: bad.name, value: bad.value, headers: bad.headers))
        records.append(.payment("good-\(index + 1)"))
      }
      try await lane.publish(records)
      #expect(try await lane.drain() == .exited(3), "something was dead-lettered")

      let replies = try await reader.allReplies()
      let letters = try await reader.allDeadLetters()
      #expect(replies.count == records.count)
      #expect(letters.count == Self.bad.count)
      let byID = Dictionary(replies.map { ($0.requestID, $0) }, uniquingKeysWith: { first, _ in first })
      for index in 0...Self.bad.count { #expect(byID["good-\(index)"]?.outcome == "CREATED") }
      for (index, bad) in Self.bad.enumerated() {
        let reply = byID[bad.name]
        #expect(reply?.outcome == "REJECTED", "\(bad.name)")
        #expect(reply?.errorCode == bad.code, "\(bad.name)")
        #expect(reply?.errorDetail?.contains(bad.detail) == true, "\(bad.name): \(reply?.errorDetail ?? "")")
        #expect(reply?.hostedURL == nil && reply?.sessionID == nil, "\(bad.name)")
        #expect(reply?.record.key == bad.name)
        let letter = try #require(letters.first { $0.key == bad.name }, "\(bad.name)")
        expectLetter(letter, of: bad, offset: Int64(index * 2 + 1), lane)
      }
      try await expectTruth(replies, simulator)
      #expect(try await simulator.sessions().count == Self.bad.count + 1)
      #expect(try await lane.lag() == 0)
      await reader.close()
    }

    private func expectLetter(_ letter: ReadRecord, of bad: Bad, offset: Int64, _ lane: Lane) {
      #expect(letter.text("ce_id") == bad.name, "the request's own headers stay")
      for header in bad.headers { #expect(letter.bytes(header.name) == header.value) }
      #expect(letter.text("kafka_dlt-original-topic") == lane.requests)
      #expect(letter.bytes("kafka_dlt-original-partition") == [0, 0, 0, 0])
      #expect(letter.bytes("kafka_dlt-original-offset") == (0..<8).map { UInt8(truncatingIfNeeded: offset >> (56 - 8 * $0)) })
      #expect(letter.bytes("kafka_dlt-original-timestamp")?.count == 8)
      #expect(letter.text("kafka_dlt-original-consumer-group") == lane.group)
      #expect(letter.text("kafka_dlt-exception-message")?.contains(bad.detail) == true)
      #expect(letter.text("checkout-error-code") == bad.code)
      // What a change of the configuration would mend is no fault of the request.
      let isConfiguration = ["UNKNOWN_MERCHANT", "REPLY_TOPIC_NOT_ALLOWED"].contains(bad.code)
      #expect(letter.text("checkout-error-class") == (isConfiguration ? "configuration" : "permanent"))
      #expect(letter.text("checkout-payload") == "reference")
      #expect(letter.text("checkout-attempts") == "0")
      #expect(letter.text("checkout-in-doubt") == "false")
      #expect(letter.text("checkout-replay-count") == "0")
      let reference = try? JSONDocument.parse(letter.value[...]).root["reference"]
      #expect(reference?["offset"]?.int == offset)
      #expect(reference?["bytes"]?.int == bad.value.map { Int64($0.count) })
    }

    /// Many answers point at a stranger's host, and some requests get no other: nothing of that is published.
    @Test func aForeignHostIsNeverPublished() async throws {
      let lane = try await Lane.shared("foreign", scenario: "name: foreign\nfaults: {create: {wrongHost: 0.4}}\n")
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      try await lane.publish(TestRequest.payments("foreign", 100))
      #expect(try await lane.drain(settings: ["creation.maxAttempts": "2"]) == .exited(3))
      let replies = try await reader.allReplies()
      let letters = try await reader.allDeadLetters()
      let failed = replies.filter { $0.outcome != "CREATED" }
      #expect(replies.count == 100 && !failed.isEmpty && letters.count == failed.count, "\(failed.count) failed, \(letters.count) letters")
      #expect(
        failed.allSatisfy { $0.outcome == "FAILED" && $0.errorCode == "UNTRUSTED_ANSWER" && $0.hostedURL == nil && $0.attempts >= 2 })
      for letter in letters {
        #expect(letter.text("checkout-error-class") == "transient")
        #expect(letter.text("checkout-in-doubt") == "true")
        #expect(letter.text("checkout-attempts").flatMap { Int($0) } ?? 0 >= 2)
        #expect(letter.text("checkout-http-status") == "202")
        #expect(!String(decoding: letter.value, as: UTF8.self).contains("checkoutSessionId="))
      }
      // The hosts of the others too.
      try await expectTruth(replies, simulator)
      await reader.close()
    }

    /// Where every answer does, it is the gateway that is at fault, and no request is given up for it (decision 0009).
    @Test func aForeignHostEverywhereIsAnOutage() async throws {
      let lane = try await Lane.shared("everywhere", scenario: "name: everywhere\nfaults: {create: {wrongHost: 1}}\n")
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      try await lane.publish(TestRequest.payments("everywhere", 20))
      let worker = try lane.worker(["run"], settings: ["creation.maxAttempts": "2"])
      try await worker.line(containing: "the gateway gives no usable answer")
      #expect(try await reader.allReplies().isEmpty)
      try await simulator.goOn(Scenarios.calm)
      let replies = try await worker.whileRunning { try await reader.replies(atLeast: 20) }
      #expect(replies.allSatisfy { $0.outcome == "CREATED" })
      #expect(try await reader.allDeadLetters().isEmpty)
      try await expectTruth(replies, simulator)
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0))
      await reader.close()
    }

    /// Now and then one: the request is tried again and gets the right host.
    @Test func aForeignHostNowAndThenCostsNobody() async throws {
      let lane = try await Lane.shared("strange", scenario: "name: strange\nfaults: {create: {wrongHost: 0.2}}\n")
      let simulator = try EndToEndEnvironment.shared.simulator
      let reader = try TopicReader(lane)
      try await lane.publish(TestRequest.payments("strange", 60))
      #expect(try await lane.drain(settings: ["creation.maxAttempts": "10"]) == .exited(0))
      let replies = try await reader.allReplies()
      #expect(replies.count == 60 && replies.allSatisfy { $0.outcome == "CREATED" })
      #expect(try await simulator.sessions().count > 60, "the fault did happen")
      try await expectTruth(replies, simulator)
      await reader.close()
    }
  }
}
