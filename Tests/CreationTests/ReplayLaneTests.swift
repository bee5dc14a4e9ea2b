import CheckoutSession
import Creation
import Pacing
import TestClock
import Testing

@Suite("What ops sends again lets everybody else go first")
struct ReplayLaneTests {
  private static func replays(_ count: Int, merchant: String = World.merchant) -> [Input] {
    (0..<count).map { .valid("replay-\($0)", headers: [("checkout-replay-count", "1"), ("merchant-id", merchant)]) }
  }
  private static func others(_ count: Int, merchant: String = World.merchant) -> [Input] {
    (0..<count).map { .valid("other-\($0)", headers: [("merchant-id", merchant)]) }
  }
  private static func configuration(_ change: (inout CreationConfiguration) -> Void = { _ in }) -> CreationConfiguration {
    World.configuration {
      $0.pacer = World.pacer(Quota(requestsPerSecond: 10, burst: 1))
      change(&$0)
    }
  }
  private func isReplay(_ call: ScriptedGateway.Call) -> Bool { call.body.contains("\"replay-") }
  /// The positions of replays among the calls from a moment on.
  private func turns(_ world: World, from moment: Duration = .zero) -> [Int] {
    let calls = world.gateway.calls.filter { $0.at >= moment }
    return calls.indices.filter { isReplay(calls[$0]) }
  }

  @Test func whateverTheMerchantAndTheOrderInTheTopic() throws {
    let world = World(Self.replays(4) + Self.others(40, merchant: World.otherMerchant))
    let statistics = try world.run(Self.configuration { $0.batchesInFlight = 1 })
    #expect(statistics.replies == [.created: 44])
    #expect(turns(world) == [15, 31, 42, 43])
  }

  @Test func withACountOfNoneItIsARequestLikeAnyOther() throws {
    let world = World([.valid("replay-0", headers: [("checkout-replay-count", "0"), ("checkout-replay-of", "x/0/1")])] + Self.others(5))
    try world.run(Self.configuration())
    #expect(turns(world) == [0])
  }

  /// Otherwise replays that wait would fill the batches that may be worked on at once, and so go first after all.
  @Test func itDoesNotKeepItsBatchsPlace() throws {
    let world = World(
      Self.others(1) + Self.replays(12)
        + Self.others(14).map { input in
          Input(id: nil, body: input.value.map { String(decoding: $0, as: UTF8.self).replacing("other-", with: "late-") })
        })
    world.source.setRecordsMax(1)
    let statistics = try world.run(Self.configuration { $0.batchesInFlight = 4 })
    #expect(statistics.replies == [.created: 27])
    #expect(turns(world) == Array(15..<27))
  }

  /// More than may do without their place keep it, so that what is taken stays bounded.
  @Test func asManyAsMayDoWithoutTheirPlaceAreTaken() throws {
    let world = World(Self.replays(100))
    world.source.setRecordsMax(1)
    world.gateway.answer { _ in .failing(.rateLimited(.seconds(3600))) }
    let inFlight = Box(0)
    try world.run(
      Self.configuration {
        $0.batchesInFlight = 4; $0.putOffMax = 20
      }, limit: .seconds(4000)
    ) { service in
      world.simulation.after(.seconds(60)) {
        inFlight.value = service.status.recordsInFlight
        world.gateway.answer { _ in .created }
        service.beginDrain()
      }
    }
    #expect(inFlight.value == 24)
  }

  @Test func itKeepsItsLaneWhenItIsTriedAgain() throws {
    let world = World(Self.replays(1))
    world.gateway.answer { self.isReplay($0) && $0.attempt == 1 ? .failing(.serverError) : .created }
    world.source.setEndsAtEnd(false)
    // It fails before anybody else is there; its second attempt then waits behind those who are.
    world.simulation.after(.milliseconds(40)) {
      world.source.append(Self.others(40))
      world.source.setEndsAtEnd(true)
    }
    let statistics = try world.run(Self.configuration())
    #expect(statistics.replies == [.created: 41])
    #expect(turns(world).count == 2 && turns(world)[1] >= 15)
  }

  @Test func itKeepsItsLaneThroughAnOutage() throws {
    let world = World(Self.replays(3) + Self.others(20))
    world.gateway.answer { $0.at < .seconds(60) ? .failing(.connectFailed, after: .zero) : .created }
    let statistics = try world.run(Self.configuration())
    #expect(statistics.replies == [.created: 23])
    // Their one turn in 16 is counted from the last start before the outage on.
    let sent = turns(world, from: .seconds(60))
    #expect(sent.suffix(2) == [21, 22] && sent.allSatisfy { $0 >= 8 })
  }

  @Test func itKeepsItsLaneThroughAHold() throws {
    let world = World(Self.replays(3) + Self.others(20))
    world.gateway.answer { $0.at < .seconds(60) ? .failing(.forbidden, after: .zero) : .created }
    let statistics = try world.run(Self.configuration())
    #expect(statistics.replies == [.created: 23])
    let sent = turns(world, from: .seconds(60))
    #expect(sent.suffix(2) == [21, 22] && sent.allSatisfy { $0 >= 8 })
  }
}
