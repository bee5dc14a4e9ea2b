import CheckoutSession
import FoundationEssentials
import Glibc
import Testing

extension EndToEndTests {
  /// "It must show" 7: the whole flow at the chattiest levels, and then a search in everything that it left.
  @Suite struct SecrecyTests {
    /// Values that stand nowhere else. Numbers begin with a zero, which no count of bytes or calls does.
    private static let customer = [
      "Zebulonia", "Quetzalfeather", "zq.feather@distinct.example", "7d3c1b7a-91f2-4be0-8a35-5c0f6ee0d9aa", "0391", "1987-09-21", "00657",
      "Wildgooselane", "+15550199321",
      // As they are spoiled below.
      "03910", "00657x",
    ]
    private static let readyToken = "eyJ.ready-token-Kx77.distinct"

    /// The faults of the other tests, and a gateway that knows its clients.
    private static var scenario: String {
      "\(Scenarios.faulty)\ntokens: {accepted: [\(readyToken)], clients: [{id: e2e, secret: \(Lane.clientSecret)}]}\n"
    }

    private static func body(_ id: String, mode: String = "PAYMENT", amount: String = "1250", more: String = "") -> [UInt8] {
      let member = [
        #""firstName":"\#(customer[0])""#, #""lastName":"\#(customer[1])""#, #""email":"\#(customer[2])""#, #""hsid":"\#(customer[3])""#,
        #""ssnLastFour":"\#(customer[4])""#, #""dateOfBirth":"\#(customer[5])""#, #""zip5":"\#(customer[6])""#,
        #""metadata":{"street":"\#(customer[7])","phone":"\#(customer[8])"}"#,
      ].joined(separator: ",")
      let payment = #""payment":{"merchantTransactionId":"\#(id)","amount":\#(amount)}"#
      return Array(#"{"customer":{\#(member)\#(more)},\#(payment),"config":{"modes":["\#(mode)"]}}"#.utf8)
    }

    /// Good ones, and every kind of bad one: errors are where such things slip out.
    private static var requests: [TestRequest] {
      let good = (0..<300).map { TestRequest(id: "secret-\($0)", value: body("secret-\($0)")) }
      let spoiled = String(decoding: body("spoiled"), as: UTF8.self)
      return good + [
        TestRequest(id: "amount", value: body("amount", amount: "12.5")),
        TestRequest(id: "mode", value: body("mode", mode: "PAY_LATER")),
        TestRequest(id: "cut", value: Array(body("cut").dropLast(30))),
        TestRequest(id: "twice", value: body("twice", more: #","firstName":"\#(customer[0])""#)),
        TestRequest(id: "secret-1", value: body("another")),
        TestRequest(id: "zip", value: Array(spoiled.replacing("\"00657\"", with: "\"00657x\"").utf8)),
        TestRequest(id: "mail", value: Array(spoiled.replacing("@distinct.example", with: "@distinct.example@").utf8)),
        TestRequest(id: "date", value: Array(spoiled.replacing("1987-09-21", with: "1987-09-21x").utf8)),
        TestRequest(id: "ssn", value: Array(spoiled.replacing("\"0391\"", with: "\"03910\"").utf8)),
        TestRequest(id: "hsid", value: Array(spoiled.replacing("c0f6ee0d9aa", with: "c0f6ee0d9aa-").utf8)),
        TestRequest(id: "late", value: body("late"), headers: [("ce_expirytime", Array("2020-01-01T00:00:00Z".utf8))]),
      ]
    }

    @Test(arguments: [
      (name: "debug", flags: ["--log-level", "debug"], properties: [:], ready: false),
      ("trace", ["--log-level", "trace", "--log-format", "text"], ["debug": "all"], true),
    ])
    func nothingSlipsOut(name: String, flags: [String], properties: [String: String], ready: Bool) async throws {
      let lane = try await Lane.shared("secrecy-\(name)", scenario: Self.scenario)
      let reader = try TopicReader(lane)
      let port = try LoopbackHTTP.freePort()
      let requests = Self.requests
      try await lane.publish(requests)
      var settings = ["admin.port": "\(port)", "gateway.requestTimeout": "2s"]
      if ready { for key in ["url", "clientId", "scope"] { settings["gateway.token.\(key)"] = "" } }
      let worker = try lane.worker(
        ["run"], settings: settings, properties: properties, flags: flags,
        environment: ready ? ["CHECKOUT_GATEWAY_TOKEN": Self.readyToken, "CHECKOUT_GATEWAY_TOKEN_CLIENT_SECRET": ""] : [:])
      let replies = try await worker.whileRunning { try await reader.replies(atLeast: requests.count) }
      #expect(replies.filter { $0.outcome == "CREATED" }.count == 300)
      let pages = try await [
        LoopbackHTTP.request(port: port, "/metrics").text, LoopbackHTTP.request(port: port, "/").text,
        LoopbackHTTP.request(port: port, "/readyz").text,
      ].joined()
      let ledgerAtWork = try ledgerBytes(lane)
      worker.signal(SIGTERM)
      #expect(try await worker.end(within: .seconds(25)) == .exited(0))
      let letters = try await reader.allDeadLetters()

      let log = worker.output.now.text
      #expect(log.contains("creating sessions") && log.contains("kafka"), "there was something to search")
      let secrets = [Lane.clientSecret, Self.readyToken, "eyJ.simulator."]
      let urls = ["checkoutSessionId=", "wallet.healthsafepay.com/app"]
      expectNone(of: Self.customer + secrets + urls, in: log, numbersStandAlone: true, "log")
      expectNone(of: Self.customer + secrets + urls, in: pages, numbersStandAlone: true, "admin pages")
      for ledger in [ledgerAtWork, try ledgerBytes(lane)] { expectNone(of: Self.customer + secrets, in: ledger, "ledger") }
      for record in replies.map(\.record) + letters {
        let text =
          String(decoding: record.value, as: UTF8.self)
          + record.headers.map { String(decoding: $0.value, as: UTF8.self) }.joined(separator: "\n")
        expectNone(of: Self.customer + secrets, in: text, "\(record.topic), \(record.key ?? "")")
      }
      await reader.close()
    }

    /// What the simulator tells of customers and cards, whatever their names are, and the members it tells them in.
    private static let told = [
      "foo bar", "foo.bar@email.com", "never-store-this", "hcpToken", "nameOnCard", "checkoutRequest", "privacyPolicyUrl", "zipCode",
    ]

    /// The same search after sessions have been polled to their ends.
    @Test(arguments: [
      (name: "debug", flags: ["--log-level", "debug"], properties: [:]),
      ("trace", ["--log-level", "trace", "--log-format", "text"], ["debug": "all"]),
    ])
    func nothingSlipsOutOfPolling(name: String, flags: [String], properties: [String: String]) async throws {
      let clients = "tokens: {clients: [{id: e2e, secret: \(Lane.clientSecret)}]}"
      let fast = try await FastLane.open("polls-secrecy-\(name)", scenario: "\(Scenarios.troubledLife)\n\(clients)\n")
      let port = try LoopbackHTTP.freePort()
      let watcher = try fast.lane.worker(
        ["reconcile", "--watch"], settings: ["admin.port": "\(port)"], properties: properties, flags: flags)
      let customer =
        #""firstName":"\#(Self.customer[0])","lastName":"\#(Self.customer[1])","email":"\#(Self.customer[2])","#
        + #""hsid":"\#(Self.customer[3])","ssnLastFour":"\#(Self.customer[4])","zip5":"\#(Self.customer[6])""#
      let modes = SessionMode.allCases
      let replies = try await fast.create(
        (0..<150).map { TestRequest.session("secret-\($0)", modes[$0 % modes.count], customer: customer) })
      _ = try await watcher.whileRunning { try await fast.reader.ends(atLeast: 20) }
      let ledgerAtWork = try ledgerBytes(fast.lane)
      #expect(ledgerAtWork.contains("checkoutSessionId="), "the URL of a session that still lives is kept, for a repeated request")
      _ = try await watcher.whileRunning { try await fast.reader.ends(atLeast: replies.count) }
      let pages = try await [
        LoopbackHTTP.request(port: port, "/metrics").text, LoopbackHTTP.request(port: port, "/").text,
        LoopbackHTTP.request(port: port, "/readyz").text,
      ].joined()
      #expect(pages.contains("checkout_reconciliation_"))
      watcher.signal(SIGTERM)
      #expect(try await watcher.end(within: .seconds(25)) == .exited(0))
      let settled = try await fast.expectAllSettled(replies)

      let log = watcher.output.now.text
      // Short numbers are looked for where they would stand alone: the gateway's own ids, and times, have their digits by chance.
      let secrets = Self.customer.filter { !$0.allSatisfy(\.isNumber) } + Self.told + [Lane.clientSecret, "eyJ.simulator."]
      let urls = ["checkoutSessionId=", "wallet.healthsafepay.com/app"]
      expectNone(of: Self.customer + secrets + urls + ["VISA"], in: log, numbersStandAlone: true, "log")
      expectNone(of: Self.customer + secrets + urls + ["VISA"], in: pages, numbersStandAlone: true, "admin pages")
      expectNone(of: secrets + ["VISA"], in: ledgerAtWork, "ledger")
      for (name, bytes) in try ledgerFiles(fast.lane) {
        expectNone(of: secrets + urls + ["VISA"], in: bytes, "\(name) after all has ended")
      }
      let events = settled.events.map { String(decoding: $0.record.value, as: UTF8.self) }
      #expect(events.contains { $0.contains("VISA") }, "there was something that could have slipped out")
      for event in events { expectNone(of: secrets + urls, in: event, "status event") }
      await fast.close()
    }

    /// - Parameter numbersStandAlone: whether a number is looked for as a number: where there are ports, times and addresses, its digits stand in some of them by
    ///   chance.
    private func expectNone(
      of secrets: [String], in text: String, numbersStandAlone: Bool = false, _ place: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      for secret in secrets {
        guard let found = text.ranges(of: secret).first(where: { !numbersStandAlone || standsAlone(text, $0) }) else { continue }
        let start = text.index(found.lowerBound, offsetBy: -160, limitedBy: text.startIndex) ?? text.startIndex
        let end = text.index(found.upperBound, offsetBy: 40, limitedBy: text.endIndex) ?? text.endIndex
        Issue.record("\(secret) stands in the \(place): …\(text[start..<end])…", sourceLocation: sourceLocation)
      }
    }

    /// Whether what was found is not a part of a longer number or name.
    private func standsAlone(_ text: String, _ found: Range<String.Index>) -> Bool {
      guard text[found].allSatisfy(\.isNumber) else { return true }
      let before = found.lowerBound > text.startIndex ? text[text.index(before: found.lowerBound)] : " "
      let after = found.upperBound < text.endIndex ? text[found.upperBound] : " "
      return ![before, after].contains { $0.isLetter || $0.isNumber }
    }

    /// The file, its journal and its index, as text in which any bytes may be looked for.
    private func ledgerFiles(_ lane: Lane) throws -> [(name: String, bytes: String)] {
      try FileManager.default.contentsOfDirectory(atPath: lane.folder).map { name in
        (name, String(decoding: try Data(contentsOf: URL(filePath: "\(lane.folder)/\(name)")).map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self))
      }
    }

    /// All of them.
    private func ledgerBytes(_ lane: Lane) throws -> String { try ledgerFiles(lane).map(\.bytes).joined() }
  }
}
