import CheckoutSession
import Creation
import Records
import TestClock
import Testing

@Suite("Rehearsals")
struct RehearsalTests {
  typealias Ending = RehearsedRequest.Ending

  private func rehearse(_ world: World, _ inputs: [Input], _ configuration: CreationConfiguration = World.configuration()) throws
    -> [RehearsedRequest]
  {
    let batch = Input.batch(inputs.enumerated().map { (Int64(1000 + $0), $1) })
    let records = batch.records.map { StoredRecord($0, of: batch) }
    let rehearsal = CreationRehearsal(configuration: configuration, ledger: world.ledger, wallClock: world.simulation.wallClock)
    return try world.simulation.run { try await rehearsal.rehearse(records) }
  }

  private func endings(_ world: World, _ inputs: [Input]) throws -> [Ending] { try rehearse(world, inputs).map(\.ending) }

  private static let replay = ReplayTests.replay

  @Test func nothingIsDoneAndTheOrderStays() throws {
    let world = World()
    let results = try rehearse(
      world, [.valid("r1"), Input(id: nil, body: "{"), .valid("r2", headers: [("merchant-id", World.otherMerchant)])])
    #expect(
      results.map(\.identity) == [
        RequestIdentity(merchantID: World.merchant, requestID: "r1"),
        RequestIdentity(merchantID: World.merchant, requestID: "checkout.session-requests/3/1001"),
        RequestIdentity(merchantID: World.otherMerchant, requestID: "r2"),
      ])
    #expect(results.map(\.mode) == [.payment, nil, .payment])
    #expect(results[0].ending == .sent(generation: 1) && results[2].ending == .sent(generation: 1))
    #expect(results[1].ending.rejection?.code == "INVALID_JSON")
    #expect(world.ledger.identitiesCount == 0 && world.gateway.calls.isEmpty && world.sink.records.isEmpty)
    #expect(try rehearse(world, []).isEmpty)
  }

  @Test(arguments: BadInputTests.cases)
  func saysWhyItIsStillRejectedAsTheStageDoes(_ bad: BadInputTests.Case) throws {
    let world = World([bad.input])
    let error = try #require(try endings(world, [bad.input]).first?.rejection)
    try world.run()
    let said = try world.reply("bad").reply.error
    #expect(error.code == said?.code && error.detail == said?.detail && error.field == said?.field)
  }

  @Test func whatTheConfigurationNowAllowsIsSent() throws {
    let world = World()
    let input = Input.valid("r1", headers: [("reply-to", "somebody.else")])
    let configuration = World.configuration { $0.routing.replyTopicsAllowed.insert("somebody.else") }
    #expect(try rehearse(world, [input], configuration).map(\.ending) == [.sent(generation: 1)])
  }

  @Test func whatFailedIsSentAsTheNextGenerationOnlyIfTheCountIsHigher() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { _ in .failing(.refusedRequest) }
    try world.run()
    #expect(try endings(world, [Self.replay(1, Input.body("r1"), nil, nil)]) == [.sent(generation: 2)])
    #expect(try endings(world, [.valid("r1")]).first?.rejection?.code == "INVALID_REQUEST")
    #expect(world.ledger.generation(of: ReplayTests.identity) == 1)
  }

  @Test func editsAndConflicts() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { _ in .failing(.refusedRequest) }
    try world.run()
    let edited = ReplayTests.edited
    #expect(try endings(world, [Self.replay(1, edited, nil, Input.body("r1"))]) == [.sent(generation: 2)])
    #expect(try endings(world, [Self.replay(1, edited, nil, nil)]) == [.conflict])
    #expect(try endings(world, [Self.replay(1, edited, nil, "another")]) == [.conflict])
  }

  private struct Unexpected: Error {}

  @Test func aSessionIsAnsweredWhileItsURLLivesLongEnough() throws {
    let world = World([.valid("r1")])
    try world.run()
    let createdAt = try #require(world.gateway.sessions.first?.session.createdAt)
    let replay = Self.replay(1, Input.body("r1"), nil, nil)
    #expect(try endings(world, [replay]) == [.answered(generation: 1, until: createdAt + CreatedSession.lifetime)])
    // Too short to be published again: put off until it is dead, and then another one.
    world.simulation.pass(.seconds(11 * 60))
    guard case .sent(2, let notBefore?)? = try endings(world, [replay]).first else { throw Unexpected() }
    #expect(notBefore > createdAt + CreatedSession.lifetime && notBefore < createdAt + CreatedSession.lifetime + .seconds(60))
    world.simulation.pass(.seconds(11 * 60))
    #expect(try endings(world, [replay, replay]).first == .sent(generation: 2))
  }

  @Test(arguments: [(nil, Ending.answered(generation: 1, until: nil)), (true, .sent(generation: 2))])
  func aCompletedSessionIsAnsweredUnlessAnotherIsWanted(_ newSession: Bool?, _ expected: Ending) throws {
    let world = World([.valid("r1")])
    try world.run()
    world.ledger.end(ReplayTests.identity, isCompleted: true)
    #expect(try endings(world, [Self.replay(1, Input.body("r1"), newSession, nil)]) == [expected])
  }

  // MARK: - Expiry

  private static let past = ("ce_expirytime", "2024-12-31T23:59:59Z")

  @Test func whatNobodyWaitsForExpiresUnlessItHasItsReply() throws {
    let world = World([.valid("r1")])
    try world.run()
    let until = try #require(world.gateway.sessions.first?.session.expiresAt)
    #expect(try endings(world, [.valid("r1", headers: [Self.past])]) == [.answered(generation: 1, until: until)])
    #expect(try endings(world, [.valid("r2", headers: [Self.past])]) == [.expired])
  }

  @Test func whatExpiresBeforeItsTurnExpires() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(11 * 60))
    // The old URL is surely dead after 15 minutes and a half.
    #expect(try endings(world, [.valid("r1", headers: [("ce_expirytime", "2025-01-01T00:15:00Z")])]) == [.expired])
    guard case .sent(2, _?)? = try endings(world, [.valid("r1", headers: [("ce_expirytime", "2025-01-01T00:16:00Z")])]).first else {
      throw Unexpected()
    }
  }

  // MARK: - Several of one identity

  @Test func aSecondRecordFindsWhatTheFirstOneWouldHaveLeft() throws {
    let world = World()
    let until = world.simulation.wallNow + CreatedSession.lifetime
    let answered = Ending.answered(generation: 1, until: until)
    let edited = ReplayTests.edited
    #expect(
      try endings(
        world,
        [
          .valid("r1"), .valid("r1"), Self.replay(1, Input.body("r1"), true, nil), Self.replay(2, edited, nil, Input.body("r1")),
          Input(id: "r1", body: edited),
        ]) == [.sent(generation: 1), answered, answered, .conflict, .conflict])
  }

  @Test func aReplayBehindOneThatExpiresIsSentUnderTheNextGeneration() throws {
    let world = World()
    let edited = ReplayTests.edited
    #expect(
      try endings(
        world,
        [
          .valid("r1", headers: [Self.past]), .valid("r1"), Self.replay(1, edited, nil, "another"),
          Self.replay(1, edited, nil, Input.body("r1")),
        ]) == [.expired, .expired, .conflict, .sent(generation: 2)])
  }

  @Test func theLedgersFailureIsToldAndNothingElse() throws {
    let world = World()
    world.ledger.fail { operation, _ in
      operation == .rehearse ? LedgerFailure(code: .busy, message: "scripted", isTransient: true) : nil
    }
    #expect(throws: LedgerFailure.self) { try rehearse(world, [.valid("r1")]) }
    // Nothing to claim: the ledger is not asked.
    #expect(try rehearse(world, [Input(id: "r1", body: "{")]).count == 1)
  }

  /// The prediction is what then happens: the same records through the stage itself.
  @Test func theStageDoesAsRehearsed() throws {
    let world = World([.valid("a"), .valid("b"), .valid("c")])
    world.gateway.answer { $0.body == Input.body("b") && $0.attempt == 1 ? .failing(.refusedRequest) : .created }
    try world.run()
    let inputs: [Input] = [
      .valid("a", headers: [("checkout-replay-count", "1")]), .valid("b", headers: [("checkout-replay-count", "1")]),
      Input(id: "c", body: Input.body("c", amount: 7)), .valid("d", headers: [Self.past]), .valid("e"), Input(id: "f", body: "{}"),
      .valid("b"),
    ]
    let predicted = try rehearse(world, inputs)
    let before = world.sink.replies.count
    world.source.append(inputs)
    try world.run()
    let replies = world.sink.replies[before...]
    var told: [String] = []
    for result in predicted {
      switch result.ending {
      case .sent(let generation, _), .answered(let generation, _): told.append("\(result.identity.requestID) CREATED \(generation)")
      case .rejected, .conflict: told.append("\(result.identity.requestID) REJECTED 1")
      case .expired: told.append("\(result.identity.requestID) EXPIRED 1")
      }
    }
    #expect(try replies.map { "\(try $0.reply.requestId) \(try $0.reply.outcome) \(try $0.reply.generation)" }.sorted() == told.sorted())
  }
}

extension RehearsedRequest.Ending {
  /// Why it is rejected, if it is.
  fileprivate var rejection: ReplyError? {
    if case .rejected(let error) = self { error } else { nil }
  }
}
