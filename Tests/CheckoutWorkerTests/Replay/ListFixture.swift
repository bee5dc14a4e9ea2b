import CheckoutSession
import Kafka
import KafkaTestKit
import Ledger
import Logging
import Records
import Synchronization
import Testing

@testable import CheckoutWorker

/// A dead-letter topic with letters of several causes, as the worker writes them, and a ledger that knows of replays.
struct ListFixture {
  static let topic = CommandFixture.topics[2]

  let commands: CommandFixture

  init() throws { commands = try CommandFixture() }

  /// One cause of dead letters.
  struct Cause {
    var code: String
    var errorClass: String
    var status: Int?
    var merchant = CommandFixture.merchantID
    var mode: String? = "PAYMENT"
  }

  static let causes = [
    Cause(code: "GATEWAY_ERROR", errorClass: "transient", status: 503), Cause(code: "REQUEST_TIMEOUT", errorClass: "transient"),
    Cause(code: "INVALID_REQUEST", errorClass: "permanent"), Cause(code: "UNPROCESSABLE_ENTITY", errorClass: "permanent", status: 422),
    Cause(code: "UNKNOWN_MERCHANT", errorClass: "configuration", merchant: "somebody"),
    Cause(code: "IDEMPOTENCY_CONFLICT", errorClass: "permanent", mode: nil),
  ]

  /// Where the request of letter `number` stands.
  static func origin(_ number: Int) -> RecordCoordinate {
    RecordCoordinate(topic: CommandFixture.topics[0], partition: Int32(number % 2), offset: Int64(number))
  }

  /// Adds letter `number`, whose cause goes round.
  static func add(_ number: Int, to records: inout OutgoingRecords, partitions: Int = 2, replayCount: Int = 0) {
    let cause = causes[number % causes.count]
    let origin = origin(number)
    let reference =
      #"{"reference":{"topic":"\#(origin.topic)","partition":\#(origin.partition),"offset":\#(origin.offset),"bytes":577,"sha256":"\#(String(repeating: "ab", count: 32))"}}"#
    records.append(
      topic: topic, partition: Int32(number % partitions), key: Array("order-\(number)".utf8)[...], value: { $0 += reference.utf8 }
    ) { headers in
      func text(_ name: String, _ value: String) { PackedHeaders.append(name: name.utf8, value: value.utf8, to: &headers) }
      func binary<Number: FixedWidthInteger>(_ name: String, _ value: Number) {
        let bytes = (0..<(Number.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: value >> Number($0 * 8)) }
        PackedHeaders.append(name: name.utf8, value: bytes, to: &headers)
      }
      text("kafka_dlt-original-topic", origin.topic)
      binary("kafka_dlt-original-partition", origin.partition)
      binary("kafka_dlt-original-offset", origin.offset)
      binary("kafka_dlt-original-timestamp", Int64(1_900_000_000_000))
      text("kafka_dlt-original-consumer-group", "checkout-worker")
      text("kafka_dlt-exception-message", "what went wrong with \(cause.code)")
      text("checkout-error-code", cause.code)
      text("checkout-error-class", cause.errorClass)
      if let status = cause.status { text("checkout-http-status", "\(status)") }
      text("checkout-attempts", "5")
      text("checkout-replay-count", "\(replayCount)")
      text("checkout-request-id", "r-\(origin.offset)")
      text("checkout-merchant-id", cause.merchant)
      if let mode = cause.mode { text("checkout-mode", mode) }
      text("checkout-payload", "reference")
    }
  }

  /// Publishes letters, and what `change` adds.
  func publish(_ numbers: Range<Int>, _ change: (inout OutgoingRecords) -> Void = { _ in }) async throws {
    var records = OutgoingRecords()
    for number in numbers { Self.add(number, to: &records) }
    change(&records)
    try await Self.publish(records, to: commands.cluster.bootstrapServers, commands.logger)
  }

  static func publish(_ records: OutgoingRecords, to bootstrapServers: String, _ logger: Logger) async throws {
    let producer = try KafkaProducer(configuration: .init(bootstrapServers: bootstrapServers, topics: [topic]), logger: logger)
    try #require(try await producer.send(records).isComplete)
    _ = await producer.close()
  }

  /// A ledger in which a run has sent these letters' requests again, and has claimed others.
  func ledger(sent: [Int], claimed: [Int] = []) async throws {
    let ledger = try await SQLiteLedger.open(
      SQLiteLedgerConfiguration(location: .file(path: commands.ledgerPath), access: .readWrite), logger: commands.logger)
    let now = ledger.clock.now()
    let run = try await ledger.beginReplay(
      ReplayRun(planHash: BodyHash(of: [1]), user: "op", host: "here", startedAt: now, aliveUntil: now + .seconds(60)))
    let claims = (sent + claimed).map { number in
      ReplayClaim(
        origin: Self.origin(number), deadLetter: RecordCoordinate(topic: Self.topic, partition: 0, offset: Int64(number)),
        identity: RequestIdentity(merchantID: "m", requestID: "r-\(number)"), action: .retry, bodyHash: BodyHash(of: [2]),
        originalHash: nil, replayCount: 0)
    }
    _ = try await ledger.claimReplays(claims, run: run, searchFrom: [:], attemptsMax: nil, at: now)
    _ = try await ledger.recordSent(sent.map(Self.origin), run: run, at: now)
    await ledger.close()
  }

  /// Lists; gives the exit code and every line of JSON.
  func list(
    _ settings: [String] = [], groupBy: [String] = [], json: Bool = true, echo: CommandEcho = CommandEcho(),
    _ change: (inout DeadLetterFilterArguments) -> Void = { _ in }
  ) async throws -> (CommandStatus, [JSONValue]) {
    var options = ReplayListOptions(groupBy: groupBy)
    options.json = json
    change(&options.filters)
    try #require(options.objection == nil)
    let listing = ReplayListing(
      assembly: try commands.assembly(settings), options: options, output: commands.output, logger: commands.logger,
      echo: echo)
    let status = await listing.run()
    guard json, let last = commands.words.withLock({ $0.output.last }) else { return (status, []) }
    return (status, try last.split(separator: "\n").map { try JSONDocument.parse(Array($0.utf8)[...]).root })
  }
}
