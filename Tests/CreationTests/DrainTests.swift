import CheckoutSession
import Creation
import Pacing
import TestClock
import Testing

@Suite("Told to stop")
struct DrainTests {
  @Test func nothingNewIsSentAndWhatIsUnderWayEnds() throws {
    let world = World((0..<100).map { .valid("r\($0)") })
    world.gateway.answer { _ in .init(after: .seconds(2)) }
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 10) }) { service in
      world.simulation.after(.seconds(3)) { service.beginDrain() }
    }
    // Ten ended before the drain and ten within it.
    #expect(world.gateway.calls.count == 20)
    #expect(statistics.replies == [.created: 20] && statistics.abandoned == 80)
    #expect(world.source.finished.count == 20)
    #expect(world.simulation.now < .seconds(5))
    world.restart()
    let rest = try world.run()
    #expect(world.source.watermark == 100)
    #expect(rest.inDoubt == 80)
    #expect(world.gateway.sessions.count == 100)
  }

  @Test func whatFailsDuringADrainIsLeftToTheNextRun() throws {
    let world = World([.valid("r1"), .valid("r2")])
    world.gateway.answer {
      $0.body == Input.body("r1") ? .failing(.serverError, after: .seconds(2)) : .failing(.refusedRequest, after: .seconds(2))
    }
    let statistics = try world.run { service in world.simulation.after(.seconds(1)) { service.beginDrain() } }
    #expect(statistics.abandoned == 1 && statistics.replies == [.rejected: 1])
    #expect(world.source.finished == [1])
  }

  @Test func theTimeoutCancelsWhatDoesNotEnd() throws {
    let world = World([.valid("r1"), .valid("r1"), .valid("r2")])
    world.gateway.answer { .init(after: $0.body == Input.body("r1") ? nil : .seconds(1)) }
    let statistics = try world.run { service in world.simulation.after(.seconds(2)) { service.beginDrain() } }
    #expect(world.simulation.now == .seconds(2 + 15))
    #expect(statistics.replies == [.created: 1])
    // The repetition behind it goes with it.
    #expect(statistics.abandoned == 2)
    #expect(world.source.finished == [2])
  }

  @Test func aBrokerThatDoesNotAnswerDoesNotHoldADrainForEver() throws {
    let world = World([.valid("r1")])
    world.sink.answer { _, _ in .refused }
    try world.run { service in world.simulation.after(.seconds(2)) { service.beginDrain() } }
    #expect(world.simulation.now == .seconds(2 + 15 + 5))
    #expect(world.source.finished.isEmpty)
  }

  @Test func aBusyLedgerDoesNotHoldADrain() throws {
    let world = World([.valid("r1")])
    world.ledger.fail { _, _ in LedgerTroubleTests.busy }
    let statistics = try world.run { service in world.simulation.after(.seconds(60)) { service.beginDrain() } }
    #expect(statistics.abandoned == 1)
    #expect(world.simulation.now < .seconds(66))
  }

  @Test func ofAnIdleStageIsImmediate() throws {
    let world = World([.valid("r1")])
    world.source.setEndsAtEnd(false)
    let statistics = try world.run { service in
      world.simulation.after(.seconds(9)) {
        service.beginDrain()
        service.beginDrain()
      }
    }
    #expect(statistics.replies == [.created: 1])
    #expect(world.simulation.now == .seconds(9))
  }

  @Test func beforeItRanAtAll() throws {
    let world = World([.valid("r1")])
    let statistics = try world.run { $0.beginDrain() }
    #expect(statistics == CreationStatistics())
  }

  @Test func ofAHeldMerchantAbandonsWhatIsParked() throws {
    let world = World((0..<10).map { .valid("r\($0)") })
    world.gateway.answer { _ in .failing(.forbidden) }
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 2) }) { service in
      world.simulation.after(.seconds(20)) { service.beginDrain() }
    }
    #expect(statistics.abandoned == 10 && statistics.replies.isEmpty && world.sink.records.isEmpty)
    #expect(world.simulation.now < .seconds(22))
  }

  @Test func cancellationEndsItToo() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { _ in .init(after: nil) }
    let service = world.service()
    let stop = Signal()
    world.simulation.after(.seconds(3)) { stop.give() }
    try world.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await service.run() }
        await stop.wait()
        group.cancelAll()
      }
    }
    #expect(world.simulation.now == .seconds(3))
    #expect(world.source.finished.isEmpty)
  }
}
