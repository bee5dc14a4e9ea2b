import CheckoutSession
import Creation
import Pacing
import TestClock
import Testing

@Suite("What waits for long and the batches' places")
struct HoldPlacesTests {
  /// Every fifth request is of the merchant that is in trouble.
  private static func mixed(_ count: Int) -> [Input] {
    (0..<count).map { $0 % 5 == 3 ? .valid("b\($0)", headers: [("merchant-id", World.otherMerchant)]) : .valid("a\($0)") }
  }

  @Test(arguments: [GatewayFailure.forbidden, .tokenUnavailable])
  func oneMerchantInTroubleInEveryBatchStopsNobodyElse(_ failure: GatewayFailure) throws {
    let world = World(Self.mixed(200))
    world.source.setRecordsMax(10)
    world.gateway.answer { $0.merchantIndex == 1 && $0.at < .seconds(100) ? .failing(failure) : .created }
    let outcomes = Box<[String: Int]>([:])
    let batchesInFlight = Box(-1)
    let statistics = try world.run { service in
      world.simulation.after(.seconds(90)) {
        let merchants = world.sink.replies.map { (try? $0.reply.merchantId) ?? "" }
        outcomes.value = Dictionary(merchants.map { ($0, 1) }, uniquingKeysWith: +)
        batchesInFlight.value = service.status.batchesInFlight
      }
    }
    #expect(outcomes.value == [World.merchant: 160])
    #expect(batchesInFlight.value == 0)
    #expect(statistics.batches == 20 && statistics.replies == [.created: 200] && statistics.deadLetters == 0)
    #expect(world.source.watermark == 200)
  }

  @Test func repetitionsOfAHeldRequestStopNobodyEither() throws {
    let held = Input.valid("b", headers: [("merchant-id", World.otherMerchant)])
    let world = World((0..<20).flatMap { [held, .valid("a\($0)")] })
    world.source.setRecordsMax(2)
    world.gateway.answer { $0.merchantIndex == 1 && $0.at < .seconds(100) ? .failing(.forbidden) : .created }
    let before = Box(0)
    let statistics = try world.run { _ in world.simulation.after(.seconds(90)) { before.value = world.sink.replies.count } }
    #expect(before.value == 20)
    #expect(statistics.replies == [.created: 40] && world.gateway.sessions.count == 21)
  }

  @Test func beyondTheBoundTheyKeepTheirPlacesAndTheStageWaits() throws {
    let world = World(Self.mixed(400))
    world.source.setRecordsMax(10)
    world.gateway.answer { $0.merchantIndex == 1 && $0.at < .seconds(100) ? .failing(.forbidden) : .created }
    let taken = Box(0)
    let batchesInFlight = Box(0)
    let statistics = try world.run(World.configuration { $0.putOffMax = 12 }) { service in
      world.simulation.after(.seconds(90)) {
        taken.value = service.status.statistics.consumed
        batchesInFlight.value = service.status.batchesInFlight
      }
    }
    // Two in each batch: six batches do without a place, four keep theirs; which go together depends on the order of answers.
    #expect((80...160).contains(taken.value) && batchesInFlight.value == 4)
    #expect(statistics.replies == [.created: 400] && world.source.watermark == 400)
  }

  @Test func theBoundIsForThoseThatWaitAtOneTime() throws {
    let world = World(Self.mixed(100))
    world.source.setRecordsMax(10)
    world.source.setEndsAtEnd(false)
    // Three holds, one after the other, each of twenty requests.
    world.gateway.answer { call in
      call.merchantIndex == 1 && Int(call.at / .seconds(1)) % 300 < 100 ? .failing(.forbidden) : .created
    }
    let created = Box<[Int]>([])
    let statistics = try world.run(World.configuration { $0.putOffMax = 20 }) { _ in
      for round in 0..<3 {
        if round > 0 {
          world.simulation.after(.seconds(300 * round)) {
            world.source.append(
              (0..<100).map {
                $0 % 5 == 3 ? .valid("b\(round)-\($0)", headers: [("merchant-id", World.otherMerchant)]) : .valid("a\(round)-\($0)")
              })
          }
        }
        world.simulation.after(.seconds(300 * round + 90)) { created.value.append(world.sink.replies.count) }
      }
      world.simulation.after(.seconds(800)) { world.source.setEndsAtEnd(true) }
    }
    #expect(created.value == [80, 180, 280])
    #expect(statistics.replies == [.created: 300])
  }

  @Test func whatGaveUpItsPlaceDoesNotGiveItUpAgainAtItsEnd() throws {
    let world = World(
      (0..<8).map { $0 % 4 < 2 ? .valid("b\($0)", headers: [("merchant-id", World.otherMerchant)]) : .valid("a\($0)") })
    world.source.setRecordsMax(4)
    world.gateway.answer { call in
      if call.merchantIndex == 0 { return .init(after: .seconds(60)) }
      return call.at < .seconds(5) ? .failing(.forbidden) : .created
    }
    let seen = Box<[Int]>([])
    let statistics = try world.run(World.configuration { $0.batchesInFlight = 1 }) { service in
      world.simulation.after(.seconds(50)) {
        seen.value = [world.sink.replies.count, service.status.batchesInFlight, service.status.statistics.consumed]
      }
    }
    // Both that were held have ended, and the batch still has its place for the two that are under way.
    #expect(seen.value == [2, 1, 4] && statistics.replies == [.created: 8])
  }

  @Test func theOnlyMerchantHoldsTheIntake() throws {
    let world = World((0..<100).map { .valid("r\($0)") })
    world.source.setRecordsMax(5)
    world.gateway.answer { $0.at < .seconds(100) ? .failing(.forbidden) : .created }
    let taken = Box(0)
    let statistics = try world.run(
      World.configuration { $0.merchants = MerchantDirectory(ids: [World.merchant], defaultIndex: 0) }
    ) { service in
      world.simulation.after(.seconds(90)) { taken.value = service.status.statistics.consumed }
    }
    #expect(taken.value == 20 && statistics.replies == [.created: 100])
  }

  @Test func aDrainAbandonsThemOnce() throws {
    let world = World(Self.mixed(100))
    world.source.setRecordsMax(10)
    world.gateway.answer { $0.merchantIndex == 1 ? .failing(.forbidden) : .created }
    let service = Box<CreationService?>(nil)
    let statistics = try world.run {
      service.value = $0
      let started = $0
      world.simulation.after(.seconds(20)) { started.beginDrain() }
    }
    #expect(statistics.replies == [.created: 80] && statistics.abandoned == 20)
    let status = try #require(service.value?.status)
    #expect(status.recordsInFlight == 0 && status.batchesInFlight == 0)
    world.restart()
    world.gateway.answer { _ in .created }
    try world.run()
    #expect(world.source.watermark == 100)
  }
}
