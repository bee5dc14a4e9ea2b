import CheckoutSession
import Pacing
import Stage
import TestClock
import Testing

@testable import Creation

/// A process that starts on a host with a wrong clock does not know that before the gateway has answered it.
@Suite("Before it is known what time it is")
struct UnknownTimeTests {
  private static let origin = Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)

  /// Ahead, the session looks dead, and a second one beside it would live; behind, a URL that is dead looks alive.
  @Test(arguments: [(60, 3600), (1000, -950)] as [(Int, Int)])
  func whatAnEarlierRunDecidedWaitsUntilTheGatewayHasToldItsTime(_ age: Int, _ error: Int) throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(age))
    let began = world.simulation.now
    world.gateway.misleadClock(by: .seconds(error))
    world.source.append([.valid("r1"), .valid("r1")])
    try world.run()
    #expect(world.gateway.timeCalls.count == 1)
    #expect(world.simulation.now - began < .seconds(2))
    let generations = try #require(try world.repliesByID()["r1"]).map { try $0.reply.generation }
    #expect(generations == (age < 900 ? [1, 1, 1] : [1, 2, 2]))
    try Promises.check(world)
  }

  @Test func theAnswerToAnyRequestTellsIt() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(60))
    world.gateway.misleadClock(by: .seconds(3600))
    world.source.append([.valid("r2"), .valid("r3")])
    let service = world.service()
    world.life.begin(dieAfter: nil, onDeath: {})
    world.simulation.after(.seconds(1)) { world.source.append([.valid("r1")]) }
    world.source.setEndsAtEnd(false)
    world.simulation.after(.seconds(2)) { world.source.setEndsAtEnd(true) }
    _ = try world.simulation.run(limit: .seconds(60)) { try await service.run() }
    #expect(world.gateway.timeCalls.isEmpty)
    #expect(try world.repliesByID()["r1"]?.last?.reply.generation == 1)
    try Promises.check(world)
  }

  @Test func aGatewayThatIsAwayIsAskedLessAndLessOften() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(60))
    let began = world.simulation.now
    world.gateway.misleadClock(by: .seconds(3600), tellsFrom: began + .seconds(120))
    world.source.append([.valid("r1"), .valid("r1"), .valid("r1")])
    world.source.setRecordsMax(1)
    try world.run { service in
      world.simulation.after(.seconds(60)) {
        #expect(service.status.statistics.putOff == 3 && service.status.batchesInFlight == 0)
        #expect(service.status.recordsInFlight == 3)
      }
    }
    #expect(world.gateway.timeCalls.count < 70)
    #expect(world.simulation.now - began < .seconds(124))
    #expect(try world.repliesByID()["r1"]?.count == 4)
    try Promises.check(world)
  }

  @Test func aBatchJobDoesNotWaitForItForEver() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.simulation.pass(.seconds(60))
    let began = world.simulation.now
    world.gateway.misleadClock(by: .seconds(3600), tellsFrom: .seconds(100_000))
    world.source.append([.valid("r1")])
    world.life.begin(dieAfter: nil, onDeath: {})
    let service = world.service(standstillTimeout: .seconds(60))
    let statistics = try world.simulation.run(limit: .seconds(600)) { try await service.run() }
    #expect(statistics.standstill == .gatewayFailing && statistics.abandoned == 1)
    #expect(world.simulation.now - began <= .seconds(121))
    #expect(world.source.finished == [0])
  }

  @Test func askingTakesItsTurnInTheQuotaAndTheNameOfAMerchantThatIsServed() {
    var state = DispatchState(
      pacer: World.pacer(Quota(requestsPerSecond: 1, burst: 1)), merchantsCount: 2, policy: AttemptPolicy(),
      waivedPlaces: WaivedPlaces(max: 10), seed: 1, now: .zero)
    func release(at seconds: Int) -> Int? {
      var actions = DispatchActions()
      state.release(now: .seconds(seconds), wallNow: Self.origin, into: &actions)
      return actions.asksTimeOf
    }
    state.holds[0] = MerchantHold(failure: .forbidden, since: Self.origin, probe: nil, parked: [])
    state.askTime()
    state.askTime()
    #expect(release(at: 0) == 1)
    #expect(release(at: 9) == nil, "it is asked once at a time")
    state.endTimeCall(now: .seconds(9))
    state.askTime()
    #expect(release(at: 9) == 1 && state.pacer.inFlight == 1)
    state.endTimeCall(now: .seconds(9))
    state.askTime()
    #expect(release(at: 9) == nil, "the quota is used up")
    #expect(state.takeBackAll().isEmpty)
    #expect(release(at: 20) == nil, "what is taken back is asked for anew by who needs it")
    state.askTime()
    #expect(release(at: 20) == 1)
  }
}
