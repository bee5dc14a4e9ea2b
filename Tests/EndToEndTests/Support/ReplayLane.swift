import CheckoutSession
import FoundationEssentials
import Glibc
import PostgresTestKit
import Testing

/// A lane on which requests have failed, and what an operator types about them.
struct ReplayLane: Sendable {
  /// A merchant that the workers do not know until somebody adds it to their configuration.
  static let newMerchantID = "9f0c2c1e-6a3d-4b57-8f4e-2b8a9d1c0e42"

  /// What a command printed and how it ended.
  struct Finished: Sendable {
    var code: Int32?
    var output: ProcessOutput
    /// Standard output.
    var text: String { output.outputLines.joined(separator: "\n") }
    /// Both, for a failure.
    var all: Comment { "\(output.text)" }
  }

  let lane: Lane
  let reader: TopicReader
  /// The request topic, in which replays are seen.
  let requests: TopicWatch
  /// Where the ledger is, if it is no file.
  private let postgres: PostgresServer?

  /// A lane with its topics; scenario time begins.
  /// - Parameter hasShippedNames: whether its topics have their default names.
  static func open(
    _ name: String, partitions: Int = 3, deadLetterPartitions: Int = 1, ledger: ChaosSettings.LedgerKind = .sqlite,
    hasShippedNames: Bool = false
  ) async throws -> ReplayLane {
    let environment = try EndToEndEnvironment.shared
    try await environment.simulator.begin(Scenarios.calm)
    var postgres: PostgresServer?
    if ledger == .postgres {
      let server = try await PostgresServer()
      try await server.start()
      postgres = server
    }
    let lane = try Lane(
      name, bootstrapServers: environment.bootstrapServers, properties: environment.properties, gatewayPort: environment.simulator.port,
      partitions: partitions, deadLetterPartitions: deadLetterPartitions,
      settings: [
        "merchants.default": "e2e", "creation.maxAttempts": "2", "gateway.requestTimeout": "2s",
        // What a killed apply had claimed is free again so much later.
        "replay.leaseDuration": "3s",
      ].merging(postgres.map { ["ledger.url": $0.url] } ?? [:]) { $1 }, hasShippedNames: hasShippedNames)
    try await lane.createTopics([lane.brandReplies, lane.audit])
    return ReplayLane(
      lane: lane, reader: try TopicReader(lane, moreTopics: [lane.brandReplies]),
      requests: try TopicWatch(lane.requests, partitions: partitions, of: lane), postgres: postgres)
  }

  /// The configuration after somebody has mended it: the new merchant is known, and its reply topic allowed.
  var mended: [String: String] {
    [
      "merchants.brand.id": Self.newMerchantID, "merchants.brand.upstreamEnv": "e2e", "creation.replyTopicsAllowed": lane.brandReplies,
    ]
  }

  /// Publishes requests and answers them all; every one of `failing` is dead-lettered.
  func fail(_ failing: [TestRequest], settings: [String: String] = [:], within: Duration = .seconds(90)) async throws {
    try await lane.publish(failing)
    let ending = try await lane.drain(settings: settings, within: within)
    guard ending == .exited(3) else { throw ProcessFailure("run --drain: \(ending)") }
  }

  /// Publishes payments while the gateway fails for some of them; gives the ids of those that were given up.
  func failTransiently(_ name: String, _ count: Int) async throws -> Set<String> {
    let before = Set(try await reader.allDeadLetters().map(\.place))
    let simulator = try EndToEndEnvironment.shared.simulator
    try await simulator.goOn(Scenarios.failing)
    try await fail(TestRequest.payments(name, count))
    try await simulator.goOn(Scenarios.calm)
    return Set(try await reader.allDeadLetters().filter { !before.contains($0.place) }.compactMap { $0.text("ce_id") })
  }

  /// Starts the workers as they are once the configuration is mended.
  func work() throws -> RunningProcess { try lane.worker(["run"], settings: mended) }

  /// Ends them.
  func end(_ worker: RunningProcess) async throws {
    worker.signal(SIGTERM)
    #expect(try await worker.end(within: .seconds(25)) == .exited(0), "\(worker.output.now.tail)")
  }

  /// Starts `checkout-worker replay …`.
  func start(_ words: String..., settings: [String: String] = [:]) throws -> RunningProcess {
    try lane.worker(["replay"] + words, settings: mended.merging(settings) { $1 })
  }

  /// Runs `checkout-worker replay …` to its end.
  func replay(_ words: String..., settings: [String: String] = [:], within: Duration = .seconds(60)) async throws -> Finished {
    let process = try lane.worker(["replay"] + words, settings: mended.merging(settings) { $1 })
    let ending = try await process.end(within: within)
    guard case .exited(let code) = ending else { return Finished(code: nil, output: process.output.now) }
    return Finished(code: code, output: process.output.now)
  }

  /// Where a plan of this name lies.
  func path(_ name: String = "plan.jsonl") -> String { "\(lane.folder)/\(name)" }

  /// The lines of a plan behind its header.
  func lines(_ name: String = "plan.jsonl") throws -> [PlanLine] {
    try Self.text(path(name)).split(separator: "\n").dropFirst().map { try PlanLine(String($0)) }
  }

  /// Changes the lines of a plan as an editor would.
  func edit(_ name: String = "plan.jsonl", to other: String? = nil, _ change: (inout String) -> Void) throws {
    var lines = try Self.text(path(name)).split(separator: "\n").map(String.init)
    for index in lines.indices.dropFirst() { change(&lines[index]) }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path(other ?? name)))
  }

  static func text(_ path: String) throws -> String { String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self) }

  /// The records of the request topic that were replayed.
  func replayed() async throws -> [ReadRecord] { try await requests.all().filter { $0.text("checkout-replay-of") != nil } }

  /// Each of these dead letters was sent once and no other; the replies to them all are sessions.
  func expectOnce(_ letters: [ReadRecord], sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let replayed = try await replayed()
    let counts = Dictionary(replayed.map { ($0.text("checkout-replay-of") ?? "", 1) }, uniquingKeysWith: +)
    let twice = counts.filter { $0.value > 1 }
    #expect(twice.isEmpty, "\(twice.count) were sent twice, first \(twice.keys.sorted().first ?? "")", sourceLocation: sourceLocation)
    let missing = Set(letters.map(\.place)).subtracting(counts.keys)
    #expect(missing.isEmpty, "\(missing.count) were left out, first \(missing.sorted().first ?? "")", sourceLocation: sourceLocation)
    #expect(counts.count == letters.count, "others were sent", sourceLocation: sourceLocation)
  }

  /// Ends what belongs to the lane.
  func close() async {
    await reader.close()
    await requests.close()
    await postgres?.remove()
  }
}

extension Lane {
  /// The reply topic of the merchant that is new.
  var brandReplies: String { "\(replies).brand" }
  /// The topic that is told of replays, where a test sets `replay.auditTopic` to it.
  var audit: String { "\(requests).audit" }
}

extension ReadRecord {
  /// `<topic>/<partition>/<offset>`.
  var place: String { "\(topic)/\(partition)/\(offset)" }
}

extension TestRequest {
  /// A valid payment for a merchant that the workers do not know.
  static func forNewMerchant(_ id: String) -> TestRequest {
    .payment(id, headers: [("merchant-id", Array(ReplayLane.newMerchantID.utf8))])
  }

  /// `count` of them.
  static func forNewMerchant(_ name: String, _ count: Int) -> [TestRequest] { (0..<count).map { forNewMerchant(paymentID(name, $0)) } }

  /// A payment with a mode that there is not.
  static func ofUnknownMode(_ id: String, headers: [(name: String, value: [UInt8])] = []) -> TestRequest {
    TestRequest(id: id, value: Array(body(id).replacing("[\"PAYMENT\"]", with: "[\"PAY\"]").utf8), headers: headers)
  }
}
