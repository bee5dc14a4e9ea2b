import CheckoutSession
import Creation
import Pacing
import TestClock
import Testing

@Suite("A merchant whose configuration the gateway refuses")
struct HoldTests {
  private static func other(_ id: String) -> Input { .valid(id, headers: [("merchant-id", World.otherMerchant)]) }

  @Test func isHeldWhileOthersGoOnAndResumesByAProbe() throws {
    let world = World((0..<20).map { $0 % 2 == 0 ? .valid("a\($0)") : Self.other("b\($0)") })
    world.gateway.answer { $0.merchantIndex == 1 && $0.at < .seconds(100) ? .failing(.forbidden) : .created }
    let holds = Box<[CreationStatus.Hold]>([])
    let createdBefore = Box(0)
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 4) }) { service in
      world.simulation.after(.seconds(50)) {
        holds.value = service.status.holds
        createdBefore.value = world.sink.replies.count
      }
    }
    #expect(holds.value.map(\.merchantIndex) == [1])
    #expect(holds.value.first?.failure.code == .forbidden)
    #expect(createdBefore.value == 10)
    #expect(statistics.replies == [.created: 20] && statistics.deadLetters == 0)
    // While it is held only probes are sent, one at a time, ever less often up to every 15 s.
    let probes = world.gateway.calls.filter { $0.merchantIndex == 1 && $0.at > .seconds(1) && $0.at < .seconds(100) }
    #expect((5...40).contains(probes.count))
    #expect(Set(probes.map(\.body)).count == 1)
    #expect(try #require(world.gateway.calls.last).at < .seconds(117))
  }

  @Test func requestsThatComeDuringAHoldWaitToo() throws {
    let world = World([Self.other("b0")])
    world.source.setEndsAtEnd(false)
    world.gateway.answer { $0.at < .seconds(30) ? .failing(.forbidden) : .created }
    try world.run { _ in
      world.simulation.after(.seconds(10)) { world.source.append([Self.other("b1"), Self.other("b2")]) }
      world.simulation.after(.seconds(20)) { world.source.setEndsAtEnd(true) }
    }
    #expect(world.gateway.calls.filter { $0.body == Input.body("b1") }.count == 1)
    #expect(world.sink.replies.count == 3)
  }

  @Test func aProbeThatExpiresIsReplaced() throws {
    let world = World([.valid("p", headers: [("ce_expirytime", "2025-01-01T00:00:20Z")]), .valid("q"), .valid("r")])
    world.gateway.answer { $0.at < .seconds(60) ? .failing(.forbidden) : .created }
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 1) })
    #expect(statistics.replies == [.created: 2, .expired: 1])
  }

  @Test func aProbeThatExpiresAloneLeavesTheHoldToTheNextRequest() throws {
    let world = World([.valid("p", headers: [("ce_expirytime", "2025-01-01T00:00:05Z")])])
    world.source.setEndsAtEnd(false)
    world.gateway.answer { $0.at < .seconds(60) ? .failing(.forbidden) : .created }
    let heldThroughout = Box(false)
    let statistics = try world.run { service in
      world.simulation.after(.seconds(40)) {
        heldThroughout.value = service.status.holds.count == 1
        world.source.append([.valid("q"), .valid("r")])
        world.source.setEndsAtEnd(true)
      }
    }
    #expect(heldThroughout.value)
    #expect(statistics.replies == [.created: 2, .expired: 1])
    #expect(world.gateway.calls.filter { $0.body == Input.body("r") }.count == 1)
  }

  @Test func aProbeThatTheGatewayRejectsForItselfEndsTheHold() throws {
    let world = World([.valid("p"), .valid("q")])
    world.gateway.answer { call in
      if call.at < .seconds(10) { return .failing(.forbidden) }
      return call.body == Input.body("p") ? .failing(.refusedRequest) : .created
    }
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 1) })
    #expect(statistics.replies == [.created: 1, .rejected: 1])
  }

  @Test func aProbeThatMeetsAnOutageGoesOnProbing() throws {
    let world = World([.valid("p"), .valid("q")])
    world.gateway.answer { call in
      if call.at < .seconds(5) { return .failing(.forbidden) }
      return call.at < .seconds(200) ? .failing(.serverError) : .created
    }
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 1) })
    #expect(statistics.replies == [.created: 2] && statistics.deadLetters == 0)
  }

  @Test func endsTheStageWhenThatIsWanted() throws {
    let world = World([.valid("r1"), .valid("r2")])
    world.gateway.answer { _ in .failing(.forbidden) }
    let error = #expect(throws: CreationError.self) {
      try world.simulation.run { [service = world.service(endsWhenRefused: true)] in try await service.run() }
    }
    #expect(error?.code == .refused && error?.gatewayFailure?.code == .forbidden)
    #expect(world.sink.records.isEmpty && world.source.finished.isEmpty)
  }
}
