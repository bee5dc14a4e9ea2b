import CheckoutSession
import FoundationEssentials
import Kafka
import KafkaTestKit
import Ledger
import Records
import Replay
import Synchronization
import Testing

@testable import CheckoutWorker

#if canImport(Glibc)
  import Glibc
#endif

/// Requests that failed and their dead letters in a mock cluster, and a ledger that is there.
final class PlanCommandFixture: Sendable {
  static let files = ["plan.jsonl", "plan.jsonl~", "edited.jsonl", "patch.json"]

  let commands: CommandFixture

  init() throws { commands = try CommandFixture() }

  deinit { for name in Self.files { unlink(path(name)) } }

  func path(_ name: String = "plan.jsonl") -> String { commands.folder + "/" + name }

  static func body(_ id: String, amount: Int = 100) -> String {
    #"{"config":{"modes":["PAYMENT"]},"payment":{"merchantTransactionId":"\#(id)","amount":\#(amount)},"customer":{"firstName":"Erika"}}"#
  }

  /// A request, and what went wrong with it.
  struct Failed: Sendable {
    var id: String
    var body: String?
    var code = "GATEWAY_UNAVAILABLE"
    var errorClass = DeadLetterClass.transient
    var httpStatus: Int?
    var replayCount = 0
    var headers: [(String, String)] = []
  }

  /// Publishes each request to partition 0 of the request topic, in order, and a dead letter for each that refers to it.
  func publish(_ failed: [Failed]) async throws {
    var records = OutgoingRecords()
    for (offset, request) in failed.enumerated() {
      let own = [("ce_id", request.id)] + request.headers
      add(&records, CommandFixture.topics[0], request.body, own)
      let hash = request.body.map { #","bytes":\#($0.utf8.count),"sha256":"\#(BodyHash(of: Array($0.utf8)[...]).hexadecimal)""# } ?? ""
      var added = [
        ("kafka_dlt-original-topic", CommandFixture.topics[0]), ("kafka_dlt-original-partition", "0"),
        ("kafka_dlt-original-offset", "\(offset)"), ("kafka_dlt-exception-message", "went wrong"), ("checkout-error-code", request.code),
        ("checkout-error-class", request.errorClass.rawValue), ("checkout-replay-count", "\(request.replayCount)"),
        ("checkout-payload", "reference"), ("checkout-request-id", request.id), ("checkout-merchant-id", CommandFixture.merchantID),
      ]
      if let status = request.httpStatus { added.append(("checkout-http-status", "\(status)")) }
      let reference = #"{"reference":{"topic":"\#(CommandFixture.topics[0])","partition":0,"offset":\#(offset)\#(hash)}}"#
      add(&records, CommandFixture.topics[2], reference, own + added)
    }
    let producer = try KafkaProducer(
      configuration: KafkaProducerConfiguration(bootstrapServers: commands.cluster.bootstrapServers, topics: CommandFixture.topics),
      logger: commands.logger)
    let report = try await producer.send(records)
    try #require(report.failures.isEmpty)
    _ = await producer.close()
  }

  private func add(_ records: inout OutgoingRecords, _ topic: String, _ value: String?, _ headers: [(String, String)]) {
    let text = value
    records.append(
      topic: topic, partition: 0, key: Array("key".utf8)[...], value: text.map { text in { $0.append(contentsOf: text.utf8) } },
      headers: { bytes in for (name, value) in headers { PackedHeaders.append(name: name.utf8, value: value.utf8, to: &bytes) } })
  }

  /// The workers' ledger; requests in `answered` have a session that is open.
  func ledger(answered: [Failed] = []) async throws {
    let ledger = try await commands.assembly().openLedger(.readWrite, logger: commands.logger)
    let now = ledger.clock.now()
    let claims = answered.enumerated().map { offset, request in
      RequestClaim(
        identity: RequestIdentity(merchantID: CommandFixture.merchantID, requestID: request.id),
        bodyHash: BodyHash(of: Array((request.body ?? "").utf8)[...]), mode: .payment, merchantTransactionID: request.id, replayCount: 0,
        source: RecordCoordinate(topic: CommandFixture.topics[0], partition: 0, offset: Int64(offset)))
    }
    let keys = try await ledger.claim(claims, at: now).compactMap { if case .new(let key) = $0 { key } else { nil } }
    let id = try #require(SessionID("11111111-2222-4333-8444-555555555555"))
    let session = CreatedSession(sessionID: id, hostedURL: "https://stg-wallet.healthsafepay.com/app?secret-url", createdAt: now)
    let reply = DecidedReply(outcome: .created, session: session, error: nil, attempts: 1, decidedAt: now)
    _ = try await ledger.record(
      keys.map { NewDecision(key: $0, reply: reply, watch: SessionWatch(recordKey: nil, firstPollAt: now + .seconds(60))) })
    try await ledger.markPublished(keys, at: now)
    await ledger.close()
  }

  /// How many identities the ledger knows.
  func identities() async throws -> Int {
    let ledger = try await commands.assembly().openLedger(.readOnly, logger: commands.logger)
    let count = try await ledger.statistics(now: ledger.clock.now()).identities
    await ledger.close()
    return count
  }

  /// Plans; what is printed goes to the fixture.
  func plan(
    settings: [String] = [], echo: CommandEcho = CommandEcho(), _ change: (inout ReplayPlanOptions) -> Void = { _ in }
  ) async throws -> CommandStatus {
    var options = ReplayPlanOptions(output: path())
    change(&options)
    try #require(options.objection == nil, "\(options.objection ?? "")")
    commands.words.withLock { $0 = ([], []) }
    let assembly = try commands.assembly(["merchants.default=main"] + settings)
    return await ReplayPlanning(assembly: assembly, options: options, output: commands.output, logger: commands.logger, echo: echo).run()
  }

  /// The lines of a plan.
  func lines(_ name: String = "plan.jsonl") async throws -> [PlanEntry] {
    var reader = try await PlanFileReader(path: path(name))
    return try await reader.next(.max)
  }

  /// `WILL_CREATE retry`, for each line.
  func summary(_ name: String = "plan.jsonl") async throws -> [String] {
    try await lines(name).map { "\($0.prediction.kind.rawValue) \($0.action.rawValue)" }
  }

  func text(_ name: String = "plan.jsonl") throws -> String { try String(contentsOf: URL(filePath: path(name)), encoding: .utf8) }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(filePath: path(name))) }

  func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }
}
