import CheckoutSession
import Creation
import TestClock
import Testing

@Suite("Requests that ops sends again")
struct ReplayTests {
  static let identity = RequestIdentity(merchantID: World.merchant, requestID: "r1")
  static let edited = Input.body("r1", amount: 999)

  /// r1 again, `count` times replayed.
  static func replay(_ count: Int, body: String = Input.body("r1"), newSession: Bool? = nil, replacing: String? = nil) -> Input {
    var headers = [("checkout-replay-of", "dlq/0/\(count)"), ("checkout-replay-count", "\(count)")]
    if let newSession { headers.append(("checkout-replay-new-session", "\(newSession)")) }
    if let replacing { headers.append(("checkout-replay-replaces", hash(of: replacing).hexadecimal)) }
    return Input(id: "r1", key: "order-r1", body: body, headers: headers)
  }

  static func hash(of body: String) -> BodyHash { BodyHash(of: ArraySlice(body.utf8)) }

  private func answers(_ world: World) throws -> [String] {
    try (world.repliesByID()["r1"] ?? []).map { reply in
      let value = try reply.reply
      return "\(value.generation) \(value.error?.code ?? value.outcome)"
    }
  }

  @Test func itsReplySaysWhichReplayItAnswers() throws {
    let world = World([Self.replay(1), .valid("r2"), Input(id: "r3", body: "{", headers: [("checkout-replay-count", "4")])])
    try world.run()
    let reply = try world.reply("r1")
    #expect(reply.header("checkout-replay-of") == "dlq/0/1" && reply.header("checkout-replay-count") == "1")
    #expect(try world.reply("r2").headers.allSatisfy { !$0.name.hasPrefix("checkout-replay") })
    #expect(try world.reply("r3").header("checkout-replay-count") == "4")
    #expect(try world.reply("r3").header("checkout-replay-of") == nil)
  }

  @Test func anEditedBodyTakesThePlaceOfTheOneThatWasRejected() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { $0.body == Self.edited ? .created : .failing(.refusedRequest) }
    try world.run()
    // The edit, the edit again, and the former body again.
    world.source.append([Self.replay(1, body: Self.edited, replacing: Input.body("r1"))])
    try world.run()
    world.source.append([Self.replay(1, body: Self.edited, replacing: Input.body("r1")), .valid("r1")])
    try world.run()
    #expect(try answers(world) == ["1 INVALID_REQUEST", "2 CREATED", "2 CREATED", "1 IDEMPOTENCY_CONFLICT"])
    #expect(world.gateway.sessions.map(\.body) == [Self.edited])
  }

  @Test(arguments: ["another body", nil])
  func anEditOfSomethingElseIsAConflict(_ replacing: String?) throws {
    let world = World([.valid("r1")])
    world.gateway.answer { _ in .failing(.refusedRequest) }
    try world.run()
    world.source.append([Self.replay(1, body: Self.edited, replacing: replacing)])
    try world.run()
    #expect(try answers(world) == ["1 INVALID_REQUEST", "1 IDEMPOTENCY_CONFLICT"])
    #expect(world.gateway.calls.count == 1)
  }

  /// A session that can be opened is never followed by another one.
  @Test(arguments: [false, true])
  func anEditOfARequestWithASessionIsAConflict(_ newSession: Bool) throws {
    let world = World([.valid("r1")])
    try world.run()
    world.source.append([Self.replay(1, body: Self.edited, newSession: newSession, replacing: Input.body("r1"))])
    try world.run()
    #expect(try answers(world) == ["1 CREATED", "1 IDEMPOTENCY_CONFLICT"])
  }

  /// A session that is over without having completed is followed by another one in any case.
  @Test(arguments: [(true, false, 1), (true, true, 2), (false, false, 2), (false, true, 2)])
  func aNewSessionAfterOneThatHasCompletedIsAnExplicitWish(_ isCompleted: Bool, _ newSession: Bool, _ generation: Int) throws {
    let world = World([.valid("r1")])
    try world.run()
    world.ledger.end(Self.identity, isCompleted: isCompleted)
    world.source.append([Self.replay(1, newSession: newSession)])
    try world.run()
    #expect(try answers(world) == ["1 CREATED", "\(generation) CREATED"])
  }

  @Test func anEditKilledAnywhereIsOneRequestAllTheSame() throws {
    var points = 0
    while true {
      let world = World([.valid("r1")])
      world.gateway.answer { $0.body == Self.edited ? .created : .failing(.refusedRequest) }
      try world.run()
      world.source.append([Self.replay(1, body: Self.edited, replacing: Input.body("r1"))])
      guard world.runUntilDeath(afterEffects: points + 1) else { break }
      points += 1
      world.restart()
      try world.run()
      let answers = try Set(answers(world))
      #expect(answers == ["1 INVALID_REQUEST", "2 CREATED"], "killed after effect \(points)")
      try Promises.check(world)
      #expect(world.source.watermark == 2)
    }
    #expect(points >= 5)
  }

  // MARK: - Behind another one of the identity

  struct Following: Sendable, CustomTestStringConvertible {
    var name: String
    var follower: Input
    /// What becomes of the first one.
    var isRefused = true
    var expected: [String]
    var testDescription: String { name }
  }

  static let followings = [
    Following(
      name: "an edit of what was rejected asks the ledger",
      follower: replay(1, body: edited, replacing: Input.body("r1")), expected: ["1 INVALID_REQUEST", "2 CREATED"]),
    Following(
      name: "an edit of another body asks as well, and is a conflict", follower: replay(1, body: edited, replacing: "another"),
      expected: ["1 INVALID_REQUEST", "1 IDEMPOTENCY_CONFLICT"]),
    Following(
      name: "an edit of what got a session is a conflict", follower: replay(1, body: edited, replacing: Input.body("r1")), isRefused: false,
      expected: ["1 CREATED", "1 IDEMPOTENCY_CONFLICT"]),
    Following(
      name: "another body without a replay is a conflict", follower: Input(id: "r1", body: edited),
      expected: ["1 INVALID_REQUEST", "1 IDEMPOTENCY_CONFLICT"]),
    Following(
      name: "a plain replay of what was rejected is sent", follower: replay(1), expected: ["1 INVALID_REQUEST", "2 INVALID_REQUEST"]),
    Following(
      name: "a plain replay of what got a session is answered", follower: replay(1), isRefused: false, expected: ["1 CREATED", "1 CREATED"]),
    Following(
      name: "a new session while one is open is not made", follower: replay(1, newSession: true), isRefused: false,
      expected: ["1 CREATED", "1 CREATED"]),
  ]

  @Test(arguments: followings)
  func behindTheOriginal(_ following: Following) throws {
    let world = World([.valid("r1"), following.follower])
    world.gateway.answer { $0.body == Self.edited || !following.isRefused ? .created : .failing(.refusedRequest) }
    try world.run()
    #expect(try answers(world) == following.expected)
    #expect(world.source.finished == [0, 1])
  }

  @Test func twoReplaysThatWantANewSessionBehindACompletedOneMakeOne() throws {
    let world = World([.valid("r1")])
    try world.run()
    world.ledger.end(Self.identity, isCompleted: true)
    world.source.append([.valid("r1"), Self.replay(1, newSession: true), Self.replay(1, newSession: true)])
    try world.run()
    #expect(try answers(world) == ["1 CREATED", "1 CREATED", "2 CREATED", "2 CREATED"])
    #expect(world.gateway.sessions.count == 2)
  }
}
