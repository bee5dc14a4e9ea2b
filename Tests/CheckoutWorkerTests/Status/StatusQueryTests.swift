import CheckoutSession
import GatewaySimulator
import Kafka
import KafkaTestKit
import Ledger
import Synchronization
import Testing

@testable import CheckoutWorker

#if canImport(Glibc)
  import Glibc
#endif

@Suite("status, with a mock cluster and a SQLite ledger", .timeLimit(.minutes(1)))
struct StatusQueryTests {
  private func status(_ fixture: CommandFixture, json: Bool = true, _ settings: [String] = []) async throws -> (CommandStatus, JSONValue) {
    let query = StatusQuery(assembly: try fixture.assembly(settings), json: json, output: fixture.output, logger: fixture.logger)
    let status = await query.run()
    let text = fixture.words.withLock { $0.output.last ?? "" }
    guard json else { return (status, try JSONDocument.parse(Array("null".utf8)[...]).root) }
    return (status, try JSONDocument.parse(Array(text.utf8)[...]).root)
  }

  private func publish(_ count: Int, _ fixture: CommandFixture) async throws {
    let lines = (0..<count).map { "{\"payment\":{\"merchantTransactionId\":\"order-\($0)\"}}" }.joined(separator: "\n")
    let publication = Publication(configuration: try fixture.assembly().configuration, output: fixture.output, logger: fixture.logger)
    try #require(await publication.run(try fixture.input(lines)) == .done)
  }

  /// Reads the whole request topic for the group and commits it, as a worker would, without the mock cluster's slow joining.
  private func commitAll(_ fixture: CommandFixture, partitions: Int32 = 2) async throws {
    let places = (0..<partitions).map {
      PartitionOffset(TopicPartition(topic: CommandFixture.topics[0], partition: $0), offset: PartitionOffset.beginning)
    }
    let consumer = try KafkaConsumer(
      configuration: KafkaConsumerConfiguration(
        bootstrapServers: fixture.cluster.bootstrapServers, subscription: .assignment(places, groupID: "checkout-worker"),
        stop: .init(atEndOffsets: true), properties: MockCluster.consumerProperties),
      logger: fixture.logger)
    while let batch = try await consumer.nextBatch() { consumer.finish(batch) }
    let report = await consumer.close(timeout: .seconds(5))
    try #require(report.isClean)
  }

  @Test("nothing has happened yet: a lag of 0, and no ledger is no error")
  func nothingYet() async throws {
    let fixture = try CommandFixture()
    let (exit, root) = try await status(fixture)
    #expect(exit == .done)
    #expect(root["ledger"]?["state"]?.string == "absent")
    #expect(root["kafka"]?["state"]?.string == "ok")
    #expect(root["kafka"]?["lag"]?.int == 0)
    #expect(root["kafka"]?["partitions"]?.count == 2)
    #expect(root["oldestUnanswered"]?["at"]?.isNull == true)
    #expect(LedgerPresence(path: fixture.ledgerPath) == .absent)
    _ = try await status(fixture, json: false)
    #expect(fixture.written.contains("no ledger yet at \(fixture.ledgerPath): no worker has run here"))
  }

  @Test("lag and the oldest request before and after a group has worked, without a trace in the group")
  func beforeAndAfter() async throws {
    let fixture = try CommandFixture()
    let before = WallClock.system.now()
    try await publish(700, fixture)
    for _ in 0..<2 {  // asking changes nothing
      let (exit, root) = try await status(fixture)
      #expect(exit == .done)
      #expect(root["kafka"]?["lag"]?.int == 700, "\(fixture.written)")
      let partitions = try #require(root["kafka"]?["partitions"])
      #expect(partitions.elements.allSatisfy { $0["committed"]?.isNull == true && ($0["lag"]?.int ?? 0) > 0 })
      let oldest = try #require(root["oldestUnanswered"]?["at"]?.string.flatMap { Timestamp(rfc3339: $0) })
      #expect(oldest >= before && oldest <= WallClock.system.now())
    }
    try await commitAll(fixture)
    let (_, after) = try await status(fixture)
    #expect(after["kafka"]?["lag"]?.int == 0)
    #expect(after["kafka"]?["partitions"]?.elements.allSatisfy { $0["committed"]?.int == $0["end"]?.int } == true)
    #expect(after["oldestUnanswered"]?["at"]?.isNull == true)
    try await publish(3, fixture)
    let (_, again) = try await status(fixture)
    #expect(again["kafka"]?["lag"]?.int == 3)
  }

  @Test("the ledger's numbers while a worker has it open")
  func ledger() async throws {
    let fixture = try CommandFixture()
    let ledger = try await fixture.assembly().openLedger(.readWrite, logger: fixture.logger)
    let now = WallClock.system.now()
    let claims = (0..<3).map { number in
      RequestClaim(
        identity: RequestIdentity(merchantID: CommandFixture.merchantID, requestID: "r\(number)"), bodyHash: BodyHash(of: [UInt8(number)]),
        mode: .payment, merchantTransactionID: nil, replayCount: 0,
        source: RecordCoordinate(topic: "t", partition: 0, offset: Int64(number)))
    }
    let outcomes = try await ledger.claim(claims, at: now - .seconds(120))
    guard case .new(let first) = outcomes[0], case .new(let second) = outcomes[1] else { throw CancellationError() }
    let id = try #require(SessionID("11111111-2222-4333-8444-555555555555"))
    let session = CreatedSession(
      sessionID: id, hostedURL: "https://stg-wallet.healthsafepay.com/secret-url", createdAt: now - .seconds(60 * 6))
    let created = DecidedReply(outcome: .created, session: session, error: nil, attempts: 1, decidedAt: now - .seconds(60))
    let expired = DecidedReply(outcome: .expired, session: nil, error: nil, attempts: 0, decidedAt: now - .seconds(50))
    _ = try await ledger.record([
      NewDecision(key: first, reply: created, watch: SessionWatch(recordKey: nil, firstPollAt: now - .seconds(30))),
      NewDecision(key: second, reply: expired),
    ])
    try await ledger.markPublished([first], at: now - .seconds(40))
    let (exit, root) = try await status(fixture)
    #expect(exit == .done, "\(fixture.written)")
    let part = try #require(root["ledger"])
    #expect(part["state"]?.string == "ok", "\(fixture.written)")
    #expect(part["identities"]?.int == 3)
    #expect(part["decisions"]?["CREATED"]?.int == 1)
    #expect(part["decisions"]?["EXPIRED"]?.int == 1)
    #expect(part["undecided"]?["count"]?.int == 1)
    #expect(part["unpublished"]?["count"]?.int == 1)
    #expect(part["publishedTotal"]?.int == 1)
    #expect(part["liveSessions"]?.elements.first { $0["ageFromSeconds"]?.int == 300 }?["count"]?.int == 1)
    #expect(root["oldestUnanswered"]?["at"]?.string == (now - .seconds(120)).rfc3339)
    let outstanding = try #require(part["outstanding"])
    #expect(outstanding["count"]?.int == 1 && outstanding["byStatus"]?["ACCEPTED"]?.int == 1 && outstanding["due"]?.int == 1)
    #expect(outstanding["byAge"]?.elements.first { $0["ageFromSeconds"]?.int == 300 }?["count"]?.int == 1, "\(fixture.written)")
    #expect(outstanding["pollsLastMinute"]?.int == 0 && part["quotaMembers"]?.count == 0)
    #expect(!fixture.written.contains("secret-url"))
    await ledger.close()
  }

  @Test("no broker: its part is unknown, the ledger's is there, and 75")
  func noBroker() async throws {
    let fixture = try CommandFixture()
    let server = "127.0.0.1:\(freePort())"
    let (exit, root) = try await status(fixture, ["kafka.bootstrapServers=\(server)"])
    #expect(exit == .tryAgainLater)
    #expect(root["kafka"]?["state"]?.string == "unknown")
    #expect(root["kafka"]?["reason"]?.string?.contains(server) == true)
    #expect(root["kafka"]?["lag"]?.isNull == true)
    #expect(root["ledger"]?["state"]?.string == "absent")
  }

  @Test("a ledger that cannot be read: 1, its part is unknown, the group's is there")
  func badLedger() async throws {
    let fixture = try CommandFixture()
    _ = try fixture.input("certainly not a database, however long one looks at it")
    let (exit, root) = try await status(fixture, ["ledger.url=sqlite:\(fixture.folder)/input.jsonl"])
    #expect(exit == .failed)
    #expect(root["ledger"]?["state"]?.string == "unreadable")
    #expect(root["ledger"]?["reason"]?.string?.contains("input.jsonl") == true)
    #expect(root["kafka"]?["state"]?.string == "ok")
  }

  @Test("no request topic: unknown, and 1")
  func noTopic() async throws {
    let fixture = try CommandFixture()
    fixture.hide("checkout.session-requests")
    let (exit, root) = try await status(fixture)
    #expect(exit == .failed)
    #expect(root["kafka"]?["reason"]?.string?.contains("checkout.session-requests") == true, "\(fixture.written)")
  }
}
