import CheckoutSession
import Creation
import TestClock
import Testing

@Suite("A ledger in trouble")
struct LedgerTroubleTests {
  static let busy = LedgerFailure(code: .busy, message: "locked", isTransient: true)
  static let broken = LedgerFailure(code: .corrupt, message: "no ledger", isTransient: false)

  @Test(arguments: [MemoryLedger.Operation.claim, .record])
  func whileItIsBusyEverythingIsHeld(_ operation: MemoryLedger.Operation) throws {
    let world = World((0..<20).map { .valid("r\($0)") })
    world.ledger.fail { which, _ in which == operation && world.simulation.now < .seconds(60) ? Self.busy : nil }
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 20])
    #expect(world.gateway.calls.count == 20)
    #expect(world.sink.replies.count == 20)
    #expect(try #require(world.sink.replies.first).at - world.simulation.wallNow <= .zero)
    #expect(world.simulation.now >= .seconds(60) && world.simulation.now < .seconds(66))
  }

  @Test(arguments: [MemoryLedger.Operation.claim, .record])
  func whenItIsBrokenTheStageEndsAndFinishesNothing(_ operation: MemoryLedger.Operation) throws {
    let world = World((0..<20).map { .valid("r\($0)") })
    world.ledger.fail { which, _ in which == operation ? Self.broken : nil }
    #expect(throws: Self.broken) { try world.simulation.run { [service = world.service()] in try await service.run() } }
    #expect(world.sink.records.isEmpty && world.source.finished.isEmpty)
  }

  @Test func aLostMarkHoldsNothingUp() throws {
    let world = World([.valid("r1")])
    world.ledger.fail { which, _ in which == .mark ? Self.broken : nil }
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 1] && world.source.finished == [0])
  }

  @Test func whatAnotherWorkerDecidedFirstIsPublished() throws {
    let world = World([.valid("r1")])
    guard let id = SessionID("99999999-0000-4000-8000-000000000000") else { preconditionFailure("a UUID") }
    let theirs = CreatedSession(
      sessionID: id, hostedURL: "https://stg-wallet.healthsafepay.com/app?theirs", createdAt: world.simulation.wallNow)
    let decision = DecidedReply(outcome: .created, session: theirs, error: nil, attempts: 2, decidedAt: world.simulation.wallNow)
    try world.run { _ in
      world.simulation.after(.milliseconds(20)) {
        world.ledger.decideElsewhere(RequestIdentity(merchantID: World.merchant, requestID: "r1"), decision)
      }
    }
    let reply = try world.reply("r1").reply
    #expect(reply.sessionId == id.rawValue && reply.attempts == 2 && reply.hostedUrl == theirs.hostedURL)
  }
}

@Suite("A broker in trouble")
struct SinkTroubleTests {
  @Test func whatIsRefusedIsPublishedAgainAndTheOthersAreNot() throws {
    let world = World([.valid("r1"), .valid("r2"), .valid("r3")])
    world.sink.answer { record, call in record.key == "order-r2" && call <= 4 ? .refused : .acknowledged }
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 3] && statistics.repeatedReplies == 0)
    #expect(world.sink.replies.count == 3)
    let finishes = world.life.effects.compactMap { if case .finish(let offsets) = $0 { offsets } else { nil } }
    #expect(finishes == [[0, 2], [1]])
  }

  @Test(arguments: [true, false])
  func whatIsInDoubtIsPublishedAgainUnderTheSameID(_ arrived: Bool) throws {
    let world = World([.valid("r1")])
    world.sink.answer { _, call in call == 1 ? .inDoubt(arrived: arrived) : .acknowledged }
    try world.run()
    #expect(world.sink.replies.count == (arrived ? 2 : 1))
    #expect(Set(world.sink.replies.compactMap { $0.header("ce_id") }).count == 1)
    #expect(Set(world.sink.replies.map(\.text)).count == 1)
    #expect(world.gateway.calls.count == 1)
  }

  @Test func aDeadLetterThatIsTooLargeGoesAsReference() throws {
    let world = World([Input(id: "r1", body: "{ \(String(repeating: " ", count: 1000))")])
    world.sink.answer { record, _ in record.isDeadLetter && (record.value?.count ?? 0) > 500 ? .tooLarge : .acknowledged }
    let statistics = try world.run(World.configuration { $0.deadLetterPayload = .full })
    #expect(statistics.replies == [.rejected: 1] && statistics.deadLetters == 1)
    #expect(world.sink.deadLetters.count == 1)
    #expect(world.sink.deadLetters.first?.text.hasPrefix("{\"reference\"") == true)
    // Its reply was acknowledged the first time and is not published twice.
    #expect(world.sink.replies.count == 1)
  }

  @Test func aReplyThatIsMissingIsNotFinishedByItsDeadLetter() throws {
    let world = World([Input(id: "r1", body: "{")])
    world.sink.answer { record, call in !record.isDeadLetter && call == 1 ? .refused : .acknowledged }
    try world.run()
    #expect(world.sink.replies.count == 1)
    #expect(world.source.finished == [0])
  }

  @Test func aSinkThatCannotGoOnEndsTheStage() throws {
    struct Fatal: Error {}
    let world = World([.valid("r1")])
    world.sink.breakDown(Fatal())
    #expect(throws: Fatal.self) { try world.simulation.run { [service = world.service()] in try await service.run() } }
    #expect(world.source.finished.isEmpty)
  }

  @Test func aSourceThatCannotGoOnEndsTheStage() throws {
    struct Fatal: Error {}
    let world = World()
    world.source.setEndsAtEnd(false)
    world.simulation.after(.seconds(5)) { world.source.fail(Fatal()) }
    #expect(throws: Fatal.self) { try world.simulation.run { [service = world.service()] in try await service.run() } }
  }
}
