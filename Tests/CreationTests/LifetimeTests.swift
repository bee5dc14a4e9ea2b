import CheckoutSession
import Pacing
import Stage
import TestClock
import Testing

@testable import Creation

@Suite("URLs that are about to die")
struct LifetimeTests {
  private static let identity = RequestIdentity(merchantID: World.merchant, requestID: "r1")

  /// Two different URLs that can both be opened, or one that lives too short when it comes, break the promise.
  private func expectPromisesKept(_ world: World) throws { try Promises.check(world) }

  @Test func unpublishedAndShortLivedIsReplacedAtOnce() throws {
    let world = World([.valid("r1")])
    // The broker takes nothing for eleven minutes, surely.
    world.sink.answer { _, _ in world.simulation.now < .seconds(660) ? .refused : .acknowledged }
    let statistics = try world.run()
    let reply = try world.reply("r1").reply
    #expect(reply.generation == 2 && reply.attempts == 1)
    #expect(statistics.renewed == 1)
    #expect(world.simulation.now < .seconds(670))
    try expectPromisesKept(world)
  }

  @Test(arguments: [true, false])
  func perhapsPublishedWaitsUntilItIsSurelyDead(_ arrived: Bool) throws {
    let world = World([.valid("r1"), .valid("r2")])
    world.sink.answer { record, call in
      guard record.key == "order-r1" else { return .acknowledged }
      if call == 1 { return .inDoubt(arrived: arrived) }
      return world.simulation.now < .seconds(660) ? .refused : .acknowledged
    }
    let statistics = try world.run()
    let replies = try #require(try world.repliesByID()["r1"])
    let last = try #require(replies.last)
    #expect(try last.reply.generation == 2)
    // 15 minutes of life and 30 s of uncertainty.
    #expect(last.at >= Timestamp(millisecondsSinceEpoch: 1_735_689_600_000) + .seconds(930))
    #expect(statistics.putOff == 0)
    try expectPromisesKept(world)
  }

  @Test func aRepetitionInTheLastMinutesWaitsForANewURL() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(720))
    // Many repetitions in many batches: they must not stop what else comes.
    world.source.append((0..<8).map { _ in .valid("r1") } + [.valid("r2")])
    world.source.setRecordsMax(1)
    let r2At = Box<Duration?>(nil)
    let statistics = try world.run { service in
      world.simulation.after(.seconds(5)) {
        r2At.value = world.sink.replies.contains { $0.key == "order-r2" } ? world.simulation.now : nil
        #expect(service.status.statistics.putOff == 8)
        #expect(service.status.batchesInFlight == 0)
      }
    }
    #expect(r2At.value != nil, "a request stood behind repetitions that waited")
    #expect(world.gateway.sessions.count == 3)
    let again = try #require(try world.repliesByID()["r1"]?.dropFirst())
    #expect(again.count == 8)
    #expect(Set(try again.map { try $0.reply.hostedUrl }).count == 1)
    #expect(try again.allSatisfy { try $0.reply.generation == 2 })
    #expect(statistics.renewed == 1)
    try expectPromisesKept(world)
  }

  @Test func beyondTheBoundPutOffRequestsHoldTheirPlace() throws {
    let world = World((0..<6).map { .valid("r\($0)") })
    try world.run()
    world.simulation.pass(.seconds(720))
    world.source.append((0..<6).map { .valid("r\($0)") })
    world.source.setRecordsMax(1)
    try world.run(World.configuration { $0.putOffMax = 2 }) { service in
      world.simulation.after(.seconds(5)) { #expect(service.status.batchesInFlight == 4) }
    }
    #expect(world.sink.replies.count == 12)
    try expectPromisesKept(world)
  }

  @Test func aRepetitionAfterTheEndGetsANewSession() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(1000))
    world.source.append([.valid("r1"), .valid("r1")])
    try world.run()
    let replies = try #require(try world.repliesByID()["r1"])
    #expect(try replies.map { try $0.reply.generation } == [1, 2, 2])
    #expect(world.gateway.sessions.count == 2)
    try expectPromisesKept(world)
  }

  /// By a housekeeping whose clock is ahead.
  @Test func aURLThatIsErasedTooEarlyIsNotTakenForDead() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(60))
    world.ledger.eraseURL(Self.identity)
    world.source.append([.valid("r1")])
    try world.run()
    let last = try #require(try world.repliesByID()["r1"]?.last)
    #expect(try last.reply.generation == 2)
    // 15 minutes of life and 30 s of uncertainty.
    #expect(last.at >= Timestamp(millisecondsSinceEpoch: 1_735_689_600_000) + .seconds(930))
    try expectPromisesKept(world)
  }

  @Test func aGenerationThatAnotherWorkerBeganIsNotBegunTwice() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(1000))
    world.source.append([.valid("r1")])
    world.ledger.fail { operation, _ in
      if operation == .renew { world.ledger.renewElsewhere(Self.identity) }
      return nil
    }
    try world.run()
    #expect(world.ledger.generation(of: Self.identity) == 2)
    #expect(try world.repliesByID()["r1"]?.last?.reply.generation == 2)
  }

  @Test func aDrainDoesNotWaitForThem() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(720))
    let began = world.simulation.now
    world.source.append([.valid("r1")])
    world.source.setEndsAtEnd(false)
    let statistics = try world.run { service in world.simulation.after(.seconds(5)) { service.beginDrain() } }
    #expect(world.simulation.now - began == .seconds(5))
    #expect(statistics.abandoned == 1 && world.source.finished == [0])
  }
}

@Suite("When a reply may be published")
struct LifetimePolicyTests {
  struct Case: Sendable {
    var remaining: Int?
    var mayBePublished: Bool
    /// Whether the ledger has erased the URL, because its time seemed to be over.
    var isErased = false
    var isTimeKnown = true
    var expected: String
  }

  @Test(arguments: [
    Case(remaining: 900, mayBePublished: false, expected: "publish"), Case(remaining: 300, mayBePublished: false, expected: "publish"),
    Case(remaining: 300, mayBePublished: true, expected: "publish"), Case(remaining: 299, mayBePublished: false, expected: "renew"),
    Case(remaining: 299, mayBePublished: true, expected: "wait 329"), Case(remaining: 0, mayBePublished: true, expected: "wait 30"),
    Case(remaining: -29, mayBePublished: true, expected: "wait 1"), Case(remaining: -30, mayBePublished: true, expected: "renew"),
    Case(remaining: -5000, mayBePublished: false, expected: "renew"), Case(remaining: nil, mayBePublished: true, expected: "renew"),
    Case(remaining: 900, mayBePublished: true, isErased: true, expected: "wait 930"),
    Case(remaining: -29, mayBePublished: true, isErased: true, expected: "wait 1"),
    Case(remaining: -30, mayBePublished: true, isErased: true, expected: "renew"),
    Case(remaining: 900, mayBePublished: true, isTimeKnown: false, expected: "await time"),
    Case(remaining: -5000, mayBePublished: true, isTimeKnown: false, expected: "await time"),
    Case(remaining: nil, mayBePublished: true, isTimeKnown: false, expected: "await time"),
    Case(remaining: 900, mayBePublished: false, isTimeKnown: false, expected: "publish"),
  ])
  func table(_ row: Case) {
    let now = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
    let session = row.remaining.flatMap { remaining in
      SessionID("00000000-0000-4000-8000-000000000000").map {
        CreatedSession(sessionID: $0, hostedURL: "https://x", createdAt: now - .seconds(900 - remaining))
      }
    }
    let source = BatchInProgress(Input.batch([(0, .valid("r1"))]), gate: CapacityGate())
    let incoming = IncomingRequest(
      source: source, recordIndex: 0, identity: RequestIdentity(merchantID: "m", requestID: "r1"), mode: .payment,
      merchantTransactionID: nil, headers: .none, merchantIndex: 0, bodyHash: nil)
    let settlement = Settlement(
      request: PendingRequest(incoming),
      decision: DecidedReply(
        outcome: .created, session: row.isErased ? nil : session, erasedURLExpiresAt: row.isErased ? session?.expiresAt : nil, error: nil,
        attempts: 1, decidedAt: now),
      recording: .done, mayBePublished: row.mayBePublished, holdsIdentity: true)
    let decision =
      switch LifetimePolicy(World.configuration()).decide(settlement, now: now, isTimeKnown: row.isTimeKnown) {
      case .publish: "publish"
      case .renew: "renew"
      case .awaitTime: "await time"
      case .putOff(let until): "wait \((until - now).wholeMilliseconds / 1000)"
      }
    #expect(decision == row.expected)
  }
}
