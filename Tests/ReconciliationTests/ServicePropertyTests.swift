import CheckoutSession
import Pacing
import Reconciliation
import Synchronization
import TestClock
import Testing

@Suite("Whatever happens to the service")
struct ServicePropertyTests {
  /// Random numbers for callbacks.
  private final class Dice: Sendable {
    private let generator: Mutex<SplitMix64>
    init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }
    func roll(_ sides: Int) -> Int { generator.withLock { Int.random(in: 0..<sides, using: &$0) } }
  }

  private static func answer(_ dice: Dice) -> ScriptedReader.Answer {
    let after = Duration.milliseconds(dice.roll(10) == 0 ? dice.roll(8000) : dice.roll(100))
    return switch dice.roll(40) {
    case 0: .failing(.connectFailed, after: after)
    case 1: .failing(.rateLimited(dice.roll(2) == 0 ? nil : .seconds(dice.roll(40))), after: after)
    case 2, 3, 4: .failing(.serverError, after: after)
    case 5: .failing(.tokenExpired, after: after)
    case 6: .failing(.tokenUnavailable, after: after)
    case 7: .failing(.badAnswer, after: after)
    case 8 where dice.roll(8) == 0: .failing(.forbidden, after: after)
    case 9 where dice.roll(20) == 0: .failing(.unauthorized, after: after)
    default: .init(after: after)
    }
  }

  private static func world(_ dice: Dice) -> World {
    let world = World()
    let ends: [SessionStatus] = [.completed, .completed, .failed, .canceled, .timedOut]
    for _ in 0..<60 {
      let end = ends[dice.roll(5)]
      world.add(
        merchant: dice.roll(3) == 0 ? World.otherMerchant : World.merchant, mode: SessionMode.allCases[dice.roll(5)],
        age: .seconds(dice.roll(600)), end: end, endsAfter: end == .timedOut ? .seconds(900) : .seconds(5 + dice.roll(880)),
        dueIn: .seconds(dice.roll(30)))
    }
    world.gateway.answer { _ in answer(dice) }
    world.sink.answer { _, _ in
      switch dice.roll(20) {
      case 0: .refused
      case 1: .inDoubt(arrived: dice.roll(2) == 0)
      default: .acknowledged
      }
    }
    world.ledger.fail { operation, _ in operation != .count && dice.roll(15) == 0 ? MemoryLedger.busy : nil }
    return world
  }

  private static func check(_ world: World, _ seed: Int) {
    #expect(world.ledger.count == 0, "seed \(seed)")
    for (id, truth) in world.gateway.truths {
      let events = world.sink.events.filter { $0.value.sessionId == id.rawValue }
      let terminal = events.filter(\.value.terminal)
      #expect(Set(terminal.map(\.value.status)) == [truth.end.rawValue], "seed \(seed): \(events.map(\.value.status))")
      #expect(Set(terminal.map(\.ceID)).count == 1 && Set(terminal.map(\.value.observedAt)).count == 1, "seed \(seed)")
    }
    for (_, history) in world.ledger.history { #expect(zip(history, history.dropFirst()).allSatisfy { $0.mayBecome($1) }) }
  }

  @Test("every session gets its true end, and only that", arguments: 1...25)
  func truth(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let world = Self.world(dice)
    let configuration = World.configuration(Quota(requestsPerSecond: 20, burst: 5)) { $0.batchMax = 5 + dice.roll(60) }
    // A refused merchant ends a run, a dead process does too: there is a next one.
    for _ in 0..<200 where world.ledger.count > 0 {
      if dice.roll(2) == 0, world.runUntilDeath(.untilSettled, configuration, afterEffects: 1 + dice.roll(300), seed: UInt64(seed)) {
        world.restart()
      } else if world.ledger.count > 0 {
        try world.run(.untilSettled, configuration, seed: UInt64(seed))
      }
      world.simulation.pass(.seconds(dice.roll(60)))
    }
    Self.check(world, seed)
  }

  @Test("two services at once, one of which dies now and then", arguments: 1...10)
  func two(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed) + 100)
    let world = Self.world(dice)
    world.life.begin(dieAfter: nil, onDeath: {})
    let configuration = World.configuration(Quota(requestsPerSecond: 20, burst: 5))
    try world.simulation.run(limit: .seconds(20_000)) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<2 {
          group.addTask {
            while world.ledger.count > 0 {
              let service = world.service(.watch, configuration, seed: UInt64(seed + lane))
              await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await service.run() }
                // A cancelled service does nothing more, as one that was killed.
                try? await world.simulation.clock.sleep(for: .seconds(20 + dice.roll(200)))
                group.cancelAll()
              }
            }
          }
        }
        try await group.waitForAll()
      }
    }
    Self.check(world, seed)
  }

  @Test("a cron job every minute tells the same as a service")
  func cron() throws {
    func events(_ body: (World) throws -> Void) throws -> [String: [String]] {
      let world = World()
      for number in 0..<200 {
        let ends: [SessionStatus] = [.completed, .failed, .canceled, .timedOut]
        world.add(
          mode: SessionMode.allCases[number % 4], end: ends[number % 4],
          endsAfter: number % 4 == 3 ? .seconds(900) : .seconds(90 + number * 3), dueIn: .seconds(4))
      }
      try body(world)
      #expect(world.ledger.count == 0)
      return world.sink.statuses
    }
    let service = try events { try $0.run(.untilSettled) }
    let cron = try events { world in
      for _ in 0..<25 {
        world.simulation.pass(.seconds(60))
        try world.run(.once)
      }
    }
    #expect(service == cron)
  }
}
