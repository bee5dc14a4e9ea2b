import CheckoutSession
import Reconciliation
import TestClock
import Testing

@Suite("Killed anywhere")
struct CrashTests {
  private func world() -> World {
    let world = World()
    world.add("pays", end: .completed, endsAfter: .seconds(70))
    world.add("paid", age: .seconds(300), end: .completed, endsAfter: .seconds(200))
    world.add("fails", age: .seconds(100), end: .failed, endsAfter: .seconds(150))
    world.add("canceled", age: .seconds(400), end: .canceled, endsAfter: .seconds(420), status: .created)
    world.add("shows", mode: .paymentMethodDisplay, age: .seconds(850))
    world.add("lost", age: .seconds(40), end: .notFound, endsAfter: .seconds(45))
    // One whose events are found recorded and unpublished.
    world.add(
      "left", age: .seconds(300), end: .completed, endsAfter: .seconds(200), status: .completed,
      event: RecordedEvent(status: .completed, observedAt: world.simulation.wallNow, polls: 3))
    return world
  }

  private static let ends = [
    "pays": "COMPLETED", "paid": "COMPLETED", "fails": "FAILED", "canceled": "CANCELED", "shows": "TIMED_OUT", "lost": "NOT_FOUND",
    "left": "COMPLETED",
  ]

  private func check(_ world: World, _ comment: Comment) throws {
    #expect(world.ledger.count == 0, comment)
    for (name, end) in Self.ends {
      let events = world.sink.events.filter { $0.value.requestId == name }
      let terminal = events.filter(\.value.terminal)
      // One event, however often it was published: one id, one moment, one number of polls.
      #expect(Set(terminal.map(\.value.status)) == [end], "\(name): \(comment)")
      #expect(Set(terminal.map(\.ceID)).count == 1 && Set(terminal.map(\.value.observedAt)).count == 1, comment)
      #expect(Set(terminal.map(\.value.polls)).count == 1, comment)
      #expect(terminal.allSatisfy { $0.value.status != "COMPLETED" || $0.value.payment != nil }, comment)
      if let first = events.firstIndex(where: \.value.terminal) {
        let after = events[first...].filter { !$0.value.terminal }
        #expect(after.isEmpty, "\(name): something follows the end: \(comment)")
      }
    }
    for (_, history) in world.ledger.history {
      #expect(zip(history, history.dropFirst()).allSatisfy { $0.mayBecome($1) }, comment)
    }
  }

  @Test func afterEveryEffectTheNextRunCompletesTheWork() throws {
    let whole = world()
    try whole.run(.untilSettled)
    try check(whole, "without a crash")
    let effectsCount = whole.life.effects.count
    #expect(effectsCount > 40)
    for point in 1..<effectsCount {
      let world = world()
      #expect(world.runUntilDeath(.untilSettled, afterEffects: point))
      world.restart()
      try world.run(.untilSettled)
      try check(world, "killed after effect \(point), \(String(describing: whole.life.effects[point - 1]))")
    }
  }

  @Test func againAndAgain() throws {
    for step in 2...12 {
      let world = world()
      var deaths = 0
      // A process that dies sooner than it can record never gets on: so each lives a little longer.
      while world.runUntilDeath(.untilSettled, afterEffects: step + deaths, seed: UInt64(step)) {
        deaths += 1
        world.restart()
      }
      try check(world, "killed \(deaths) times from effect \(step) on")
    }
  }
}
