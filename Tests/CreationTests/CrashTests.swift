import CheckoutSession
import Creation
import TestClock
import Testing

@Suite("Killed anywhere")
struct CrashTests {
  private static let inputs: [Input] = [
    .valid("r1"), .valid("r2"), .valid("r1"), Input(id: "bad", body: "{"), .valid("refused"),
    .valid("late", headers: [("ce_expirytime", "2024-12-31T23:59:59Z")]), Input(id: "r2", body: Input.body("r2", amount: 1)), .valid("r3"),
  ]
  private static let outcomes = [
    "r1": ["CREATED"], "r2": ["CREATED", "REJECTED"], "bad": ["REJECTED"], "refused": ["REJECTED"], "late": ["EXPIRED"],
    "r3": ["CREATED"],
  ]

  private func world(_ inputs: [Input] = inputs) -> World {
    let world = World(inputs)
    world.source.setRecordsMax(4)
    world.gateway.answer { call in
      if call.body == Input.body("fails") { return .failing(.serverError) }
      if call.body == Input.body("refused") { return .failing(.refusedRequest) }
      // Half of the first attempts make a session that nobody hears of.
      return call.body == Input.body("r3") && call.attempt == 1 ? .failing(.serverError, makesSession: true) : .created
    }
    return world
  }

  private func check(_ world: World, _ comment: Comment) throws {
    #expect(world.source.watermark == Int64(Self.inputs.count), comment)
    try Promises.check(world)
    let replies = try world.repliesByID()
    #expect(Set(replies.keys) == Set(Self.outcomes.keys), comment)
    for (id, wanted) in Self.outcomes {
      let all = replies[id] ?? []
      #expect(Set(try all.map { try $0.reply.outcome }) == Set(wanted), comment)
      // One decision, however often it was published: one id and, but for their echoes, one text.
      #expect(Set(all.compactMap { $0.header("ce_id") }).count == wanted.count, comment)
      #expect(Set(try all.compactMap { try $0.reply.hostedUrl }).count == wanted.filter { $0 == "CREATED" }.count, comment)
    }
    let letters = Set(world.sink.deadLetters.compactMap { $0.bytes("kafka_dlt-original-offset") })
    #expect(letters.count == 3, comment)
  }

  @Test func afterEveryEffectTheNextRunCompletesTheWork() throws {
    let whole = world()
    try whole.run()
    try check(whole, "without a crash")
    let effectsCount = whole.life.effects.count
    #expect(effectsCount > 15)
    for point in 1..<effectsCount {
      let world = world()
      #expect(world.runUntilDeath(afterEffects: point))
      world.restart()
      try world.run()
      try check(world, "killed after effect \(point), \(String(describing: whole.life.effects[point - 1]))")
    }
  }

  /// Only among others that are answered is a request given up, and then every crash meets them as well.
  @Test func soItIsWithARequestThatIsGivenUp() throws {
    let configuration = World.configuration { $0.attempts.attemptsMax = 2 }
    let inputs: [Input] = [.valid("r1"), .valid("fails")]
    for point in 1..<40 {
      let world = world(inputs)
      world.keepBusy()
      guard world.runUntilDeath(configuration, afterEffects: point) else { break }
      world.restart()
      world.keepBusy(until: inputs.count)
      try world.run(configuration, limit: .seconds(60))
      #expect(world.source.watermark == Int64(world.source.count))
      try Promises.check(world)
      let replies = try world.repliesByID()["fails"] ?? []
      #expect(!replies.isEmpty && Set(replies.compactMap { $0.header("ce_id") }).count == 1, "killed after effect \(point)")
      #expect(try replies.allSatisfy { try $0.reply.outcome == "FAILED" })
      #expect(Set(world.sink.deadLetters.compactMap { $0.bytes("kafka_dlt-original-offset") }).count == 1)
    }
  }

  @Test func againAndAgain() throws {
    for step in 1...12 {
      let world = world()
      var deaths = 0
      // A process that dies sooner than it can commit never gets on, as it is with any consumer: so each lives a little longer.
      while world.runUntilDeath(afterEffects: step + deaths, seed: UInt64(step)) {
        deaths += 1
        world.restart()
      }
      try check(world, "killed \(deaths) times from effect \(step) on")
    }
  }

  @Test func longAfterwardsThereIsANewURLAndNeverTwo() throws {
    let whole = world()
    try whole.run()
    for point in 1..<whole.life.effects.count {
      for pause in [Duration.seconds(660), .seconds(1000)] {
        let world = world()
        #expect(world.runUntilDeath(afterEffects: point))
        world.restart()
        world.simulation.pass(pause)
        try world.run()
        #expect(world.source.watermark == Int64(Self.inputs.count))
        try Promises.check(world)
      }
    }
  }
}
