import CheckoutSession
import Creation
import TestClock
import Testing

@Suite("The same request again")
struct RepetitionTests {
  private func expectOneSession(_ world: World, replies: Int) throws {
    #expect(world.gateway.calls.count == 1)
    let all = try world.repliesByID()["r1"] ?? []
    #expect(all.count == replies)
    #expect(Set(all.compactMap { $0.header("ce_id") }).count == 1)
    #expect(Set(try all.map { try $0.reply.hostedUrl }).count == 1)
    #expect(try all.first?.reply.hostedUrl != nil)
  }

  @Test func inOneBatch() throws {
    let world = World([.valid("r1"), .valid("r1"), .valid("r1")])
    let statistics = try world.run()
    try expectOneSession(world, replies: 3)
    #expect(statistics.repeatedReplies == 2)
    #expect(world.source.finished == [0, 1, 2])
  }

  @Test func inBatchesThatAreUnderWayTogether() throws {
    let world = World([.valid("r1"), .valid("r1"), .valid("r1")])
    world.source.setRecordsMax(1)
    try world.run()
    try expectOneSession(world, replies: 3)
  }

  @Test func later() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.source.append([.valid("r1")])
    try world.run()
    try expectOneSession(world, replies: 2)
  }

  @Test func echoesItsOwnCorrelationAndKey() throws {
    let world = World([
      .valid("r1", headers: [("correlation-id", "one")]),
      Input(id: "r1", key: "other", body: Input.body("r1"), headers: [("correlation-id", "two")]),
    ])
    try world.run()
    let replies = world.sink.replies
    #expect(replies.map { $0.header("correlation-id") } == ["one", "two"])
    #expect(replies.map(\.key) == ["order-r1", "other"])
  }

  @Test(arguments: [1, 100])
  func withAnotherBodyIsAConflict(_ recordsMax: Int) throws {
    let world = World([.valid("r1"), Input(id: "r1", body: Input.body("r1", amount: 999)), .valid("r1")])
    world.source.setRecordsMax(recordsMax)
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 2, .rejected: 1])
    let conflict = try #require(try world.repliesByID()["r1"]?.first { try $0.reply.outcome == "REJECTED" })
    #expect(try conflict.reply.error?.code == "IDEMPOTENCY_CONFLICT")
    #expect(world.gateway.calls.count == 1)
    #expect(world.sink.deadLetters.map { $0.header("checkout-error-code") } == ["IDEMPOTENCY_CONFLICT"])
  }

  @Test func conflictLater() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.source.append([Input(id: "r1", body: Input.body("r1", amount: 999)), Input(id: "r1", body: Input.body("r1", amount: 999))])
    let statistics = try world.run()
    #expect(statistics.replies == [.rejected: 2])
    #expect(world.gateway.calls.count == 1)
  }

  @Test func ofAnotherMerchantIsAnotherRequest() throws {
    let world = World([.valid("r1"), .valid("r1", headers: [("merchant-id", World.otherMerchant)])])
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 2] && statistics.repeatedReplies == 0)
    #expect(world.gateway.calls.count == 2)
    #expect(Set(world.sink.replies.compactMap { $0.header("ce_id") }).count == 2)
  }

  @Test func aReplayOpensWhatFailedAndOnlyOnce() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { $0.at < .seconds(300) && $0.body == Input.body("r1") ? .failing(.serverError) : .created }
    world.keepBusy()
    try world.run(limit: .seconds(60))
    #expect(try world.reply("r1").reply.outcome == "FAILED")
    world.simulation.pass(.seconds(600))
    // Repeated without a replay it gets the same reply; as a replay (twice) a new generation (once).
    world.source.append([.valid("r1")])
    try world.run()
    world.source.append([.valid("r1", headers: [("checkout-replay-count", "1")]), .valid("r1", headers: [("checkout-replay-count", "1")])])
    try world.run()
    let records = try world.repliesByID()["r1"] ?? []
    let replies = try records.map { try $0.reply }
    #expect(replies.map(\.outcome) == ["FAILED", "FAILED", "CREATED", "CREATED"])
    #expect(replies.map(\.generation) == [1, 1, 2, 2])
    #expect(Set(records.compactMap { $0.header("ce_id") }).count == 2)
    #expect(world.gateway.sessions.count { $0.body == Input.body("r1") } == 1)
  }

  @Test func aReplayBehindTheOriginalInOneBatchAsksAgain() throws {
    let world = World([.valid("r1"), .valid("r1", headers: [("checkout-replay-count", "1")])])
    world.gateway.answer { $0.attempt == 1 ? .failing(.refusedRequest) : .created }
    try world.run()
    #expect(try world.sink.replies.map { try $0.reply.outcome } == ["REJECTED", "CREATED"])
  }
}
