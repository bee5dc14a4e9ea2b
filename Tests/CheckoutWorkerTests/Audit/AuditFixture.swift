import CheckoutSession
import Kafka
import KafkaTestKit
import Ledger
import Logging
import Records
import Synchronization
import Testing

@testable import CheckoutWorker

/// Topics with records as the worker writes them, and a ledger that agrees with them.
struct AuditFixture {
  static let topics = CommandFixture.topics + ["checkout.session-status", "orders.answers"]
  static let url = "https://stg-wallet.healthsafepay.com/app?checkoutSessionId=secret-url"

  let commands: CommandFixture
  let start = WallClock.system.now() - .seconds(3600)

  init() throws { commands = try CommandFixture(topics: Self.topics) }

  /// Everything that a test writes.
  struct Contents {
    var records = OutgoingRecords()

    mutating func add(
      _ topic: String, partition: Int32 = 0, value: String?, headers: [(String, [UInt8])] = []
    ) {
      let text = value
      records.append(
        topic: topic, partition: partition, key: Array("customer-key".utf8)[...],
        value: text.map { text in { $0.append(contentsOf: text.utf8) } },
        headers: { bytes in for (name, value) in headers { PackedHeaders.append(name: name.utf8, value: value, to: &bytes) } })
    }
  }

  static func body(_ transaction: String) -> String {
    #"{"config":{"modes":["PAYMENT"]},"payment":{"merchantTransactionId":"\#(transaction)","amount":100},"customer":{"firstName":"Erika"}}"#
  }

  func identity(_ id: String) -> RequestIdentity { RequestIdentity(merchantID: CommandFixture.merchantID, requestID: id) }

  func session(_ number: Int) throws -> CreatedSession {
    let id = try #require(SessionID("11111111-2222-4333-8444-55555555555\(number)"))
    return CreatedSession(sessionID: id, hostedURL: Self.url, createdAt: WallClock.system.now())
  }

  func reply(_ id: String, _ outcome: ReplyOutcome, _ session: CreatedSession? = nil) -> Reply {
    let error = ReplyError(code: "INVALID", title: "t", detail: "d", retryable: false)
    return Reply(
      identity: identity(id), merchantTransactionID: nil, mode: .payment,
      decision: DecidedReply(
        outcome: outcome, session: session, error: outcome == .created ? nil : error, attempts: 1, decidedAt: session?.createdAt ?? start),
      generation: 1)
  }

  func add(_ reply: Reply, to contents: inout Contents, topic: String = "checkout.session-replies", correlation: String? = nil) {
    var value: [UInt8] = []
    reply.append(to: &value)
    var headers = [
      ("ce_id", Array(reply.ceID.utf8)), ("ce_type", Array(reply.decision.outcome.cloudEventsType.utf8)),
      ("ce_time", Array(reply.decision.decidedAt.rfc3339.utf8)),
    ]
    if let correlation { headers.append(("correlation-id", Array(correlation.utf8))) }
    contents.add(topic, value: String(decoding: value, as: UTF8.self), headers: headers)
  }

  func add(_ status: SessionStatus, of id: String, _ session: CreatedSession, to contents: inout Contents) {
    let event = StatusEvent(
      identity: identity(id), merchantTransactionID: nil, sessionID: session.sessionID, mode: .payment, status: status,
      observedAt: session.createdAt, createdAt: session.createdAt, polls: 1)
    var value: [UInt8] = []
    event.append(to: &value)
    contents.add("checkout.session-status", value: String(decoding: value, as: UTF8.self))
  }

  func addDeadLetter(of offset: Int64, to contents: inout Contents) {
    let bigEndian = { (value: Int64, count: Int) in (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) } }
    contents.add(
      "checkout.session-requests.dlq", value: "{}",
      headers: [
        ("kafka_dlt-original-topic", Array("checkout.session-requests".utf8)), ("kafka_dlt-original-partition", bigEndian(0, 4)),
        ("kafka_dlt-original-offset", bigEndian(offset, 8)),
      ])
  }

  /// Publishes everything, and commits the whole request topic for the group.
  func publish(_ contents: Contents) async throws {
    let producer = try KafkaProducer(
      configuration: KafkaProducerConfiguration(bootstrapServers: commands.cluster.bootstrapServers, topics: Self.topics),
      logger: commands.logger)
    let report = try await producer.send(contents.records)
    try #require(report.failures.isEmpty)
    _ = await producer.close()
    let places = (0..<Int32(2)).map {
      PartitionOffset(TopicPartition(topic: CommandFixture.topics[0], partition: $0), offset: PartitionOffset.beginning)
    }
    let consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: commands.cluster.bootstrapServers, subscription: .assignment(places, groupID: "checkout-worker"),
        stop: .init(atEndOffsets: true), properties: MockCluster.consumerProperties),
      logger: commands.logger)
    while let batch = try await consumer.nextBatch() { consumer.finish(batch) }
    try #require(await consumer.close(timeout: .seconds(5)).isClean)
  }

  /// Requests named in every way, and their answers: a paid session, a rejected tombstone, an expired one with a topic of its own.
  func history(_ change: (inout Contents) -> Void = { _ in }, withReply: Bool = true) throws -> Contents {
    var contents = Contents()
    let correlation = [("correlation-id", Array("c-1".utf8))]
    contents.add("checkout.session-requests", value: Self.body("order-1"), headers: [("ce_id", Array("paid".utf8))] + correlation)
    contents.add("checkout.session-requests", value: nil)
    contents.add("checkout.session-requests", value: Self.body("order-3"))
    let session = try session(1)
    if withReply { add(reply("paid", .created, session), to: &contents, correlation: "c-1") }
    add(reply("checkout.session-requests/0/1", .rejected), to: &contents)
    addDeadLetter(of: 1, to: &contents)
    add(reply("order-3", .expired), to: &contents, topic: "orders.answers")
    contents.add("orders.answers", value: "somebody else's record")
    add(.completed, of: "paid", session, to: &contents)
    change(&contents)
    return contents
  }

  /// A ledger that has decided `paid` and `order-3`.
  func ledger() async throws {
    let ledger = try await SQLiteLedger.open(
      SQLiteLedgerConfiguration(location: .file(path: commands.ledgerPath), access: .readWrite), logger: commands.logger)
    let claims = ["paid", "order-3"].enumerated().map { number, id in
      RequestClaim(
        identity: identity(id), bodyHash: BodyHash(of: [UInt8(number)]), mode: .payment, merchantTransactionID: nil, replayCount: 0,
        source: RecordCoordinate(topic: "checkout.session-requests", partition: 0, offset: Int64(number * 2)))
    }
    let keys = try await ledger.claim(claims, at: start).compactMap { if case .new(let key) = $0 { key } else { nil } }
    try #require(keys.count == 2)
    let decisions = [reply("paid", .created, try session(1)).decision, reply("order-3", .expired).decision]
    _ = try await ledger.record(zip(keys, decisions).map { NewDecision(key: $0, reply: $1) })
    try await ledger.markPublished(keys, at: start)
    await ledger.close()
  }

  /// Audits; gives the exit code and every line of JSON.
  func audit(_ settings: [String] = [], _ change: (inout AuditOptions) -> Void = { _ in }) async throws -> (CommandStatus, [JSONValue]) {
    var options = AuditOptions()
    options.json = true
    change(&options)
    let assembly = try commands.assembly(settings + ["creation.replyTopicsAllowed=orders.answers"])
    let status = await AuditRun(assembly: assembly, options: options, output: commands.output, logger: commands.logger).run()
    let lines = commands.words.withLock { $0.output }
    guard options.json else { return (status, []) }
    return (status, try lines.map { try JSONDocument.parse(Array($0.utf8)[...]).root })
  }
}
