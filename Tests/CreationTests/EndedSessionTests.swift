import CheckoutSession
import Creation
import TestClock
import Testing

@Suite("The same request after its session has ended")
struct EndedSessionTests {
  private static let identity = RequestIdentity(merchantID: World.merchant, requestID: "r1")

  /// What the ledger says after the reconcile stage has seen the end of the session that `reply` is about.
  private static func decision(_ reply: PublishedRecord, hasCompleted: Bool) throws -> DecidedReply {
    let id = try #require(try reply.reply.sessionId.flatMap(SessionID.init))
    let completed = CompletedSession(sessionID: id, createdAt: reply.at, expiresAt: reply.at + CreatedSession.lifetime)
    return DecidedReply(
      outcome: .created, session: nil, completed: hasCompleted ? completed : nil, error: nil, attempts: 1, decidedAt: reply.at)
  }

  @Test("completed: the same reply without its URL, and no second session, however much later", arguments: [60, 700, 100_000])
  func completed(seconds: Int) throws {
    let world = World([.valid("r1")])
    try world.run()
    let first = try #require(world.sink.replies.first)
    world.ledger.decideElsewhere(Self.identity, try Self.decision(first, hasCompleted: true))
    world.simulation.pass(.seconds(seconds))
    world.source.append([.valid("r1"), .valid("r1")])
    let statistics = try world.run(limit: .seconds(200_000))
    #expect(world.gateway.calls.count == 1)
    #expect(world.sink.replies.count == 3 && statistics.repeatedReplies == 2)
    for reply in world.sink.replies.dropFirst() {
      #expect(reply.header("ce_id") == first.header("ce_id"))
      #expect(try reply.reply.outcome == "CREATED" && reply.reply.hostedUrl == nil)
      #expect(try reply.reply.sessionId == first.reply.sessionId && reply.reply.generation == 1)
    }
  }

  @Test("any other end: a new generation")
  func ended() throws {
    let world = World([.valid("r1")])
    try world.run()
    let first = try #require(world.sink.replies.first)
    world.ledger.decideElsewhere(Self.identity, try Self.decision(first, hasCompleted: false))
    world.source.append([.valid("r1")])
    try world.run()
    let last = try #require(world.sink.replies.last)
    #expect(world.gateway.calls.count == 2)
    #expect(try last.reply.generation == 2 && last.reply.hostedUrl != nil)
  }
}
