import CheckoutSession
import Creation
import Pacing
import TestClock
import Testing

@Suite("Attempts that fail")
struct RetryTests {
  @Test func aFailureThatPassesIsTriedAgainAndCounted() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { $0.attempt < 4 ? .failing(.serverError) : .created }
    try world.run()
    let reply = try world.reply("r1").reply
    #expect(reply.outcome == "CREATED" && reply.attempts == 4)
    let starts = world.gateway.calls.map(\.at)
    // Full jitter under 200, 400, 800 ms, behind an answer that took 50 ms.
    for (index, ceiling) in [200, 400, 800].enumerated() {
      let wait = starts[index + 1] - starts[index] - .milliseconds(50)
      #expect(wait >= .zero && wait <= .milliseconds(ceiling + 1))
    }
  }

  @Test func fiveFailuresAreEnough() throws {
    let world = World([.valid("r2"), .valid("r1")])
    world.gateway.answer { $0.body == Input.body("r1") ? .failing(.serverError) : .created }
    world.keepBusy()
    let statistics = try world.run(limit: .seconds(60))
    #expect(statistics.replies[.failed] == 1 && statistics.replies.count == 2 && statistics.deadLetters == 1)
    let reply = try world.reply("r1")
    let value = try reply.reply
    #expect(value.outcome == "FAILED" && value.attempts == 5 && value.sessionId == nil)
    #expect(value.error == .init(code: "GATEWAY_ERROR", title: "INTERNAL_ERROR", detail: "try again", field: nil, retryable: true))
    #expect(reply.header("ce_type") == "checkout.session.failed")
    #expect(world.gateway.calls.count { $0.body == Input.body("r1") } == 5)
    #expect(world.source.watermark == Int64(world.source.count))
  }

  @Test func theDeadlineEndsItSooner() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { $0.body == Input.body("r1") ? .failing(.serverError, after: .seconds(12)) : .created }
    world.keepBusy(every: .seconds(1))
    try world.run(limit: .seconds(60))
    let value = try world.reply("r1").reply
    // After 24 s a third attempt may start; after 36 s none may.
    #expect(value.outcome == "FAILED" && value.attempts == 3)
  }

  @Test func aPermanentFailureEndsItAtOnce() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { _ in .failing(.refusedRequest) }
    try world.run()
    let value = try world.reply("r1").reply
    #expect(value.outcome == "REJECTED" && value.attempts == 1)
    #expect(value.error == .init(code: "INVALID_REQUEST", title: "INVALID_REQUEST", detail: "no such thing", field: nil, retryable: false))
    #expect(world.sink.deadLetters.first?.header("checkout-http-status") == "400")
  }

  @Test func theGatewaysWordsAreScrubbedOfTheCustomer() throws {
    let body = """
      {"customer":{"email":"jane.doe@example.org"},"payment":{"merchantTransactionId":"t1","amount":5},"config":{"modes":["PAYMENT"]}}
      """
    let world = World([Input(id: "r1", body: body)])
    let failure = GatewayFailure(
      .permanent, .unprocessable, title: "jane.doe@example.org", detail: "jane.doe@example.org is blocked", httpStatus: 422)
    world.gateway.answer { _ in .failing(failure) }
    try world.run()
    #expect(try world.reply("r1").reply.error?.detail.contains("jane") == false)
    #expect(try world.reply("r1").reply.error?.title.contains("jane") == false)
    #expect(world.sink.deadLetters.first?.header("kafka_dlt-exception-message")?.contains("jane") == false)
  }

  @Test func expiredBeforeItWasSent() throws {
    let world = World([
      .valid("late", headers: [("ce_expirytime", "2024-12-31T23:59:59Z")]),
      .valid("r2", headers: [("ce_expirytime", "2025-01-01T00:00:10Z")]),
    ])
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 1, .expired: 1] && statistics.deadLetters == 0)
    let reply = try world.reply("late")
    #expect(try reply.reply.outcome == "EXPIRED" && reply.header("ce_type") == "checkout.session.expired")
    #expect(try reply.reply.error?.code == "EXPIRED")
    #expect(try reply.reply.attempts == 0)
    #expect(world.gateway.calls.map(\.body) == [Input.body("r2")])
  }

  @Test func expiredBetweenAttempts() throws {
    let world = World([.valid("r1", headers: [("ce_expirytime", "2025-01-01T00:00:01Z")])])
    world.gateway.answer { _ in .failing(.serverError, after: .seconds(1)) }
    try world.run()
    let value = try world.reply("r1").reply
    #expect(value.outcome == "EXPIRED" && value.attempts == 1)
    #expect(world.sink.deadLetters.isEmpty)
  }

  @Test func expiredOnesLeaveTheirPlaceToOthers() throws {
    let late = (0..<50).map { Input.valid("late\($0)", headers: [("ce_expirytime", "2024-12-31T23:59:59Z")]) }
    let world = World(late + [.valid("r1")])
    try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 1) })
    #expect(try world.reply("r1").reply.outcome == "CREATED")
    #expect(world.sink.replies.count == 51)
  }

  @Test func anExpiredTokenIsTriedAgainAtOnceAndCountsForNothing() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { call in
      if call.attempt == 3 { return .failing(.serverError) }
      return call.attempt < 6 ? .failing(.tokenExpired) : .created
    }
    let statistics = try world.run(World.configuration { $0.attempts.attemptsMax = 2 })
    #expect(statistics.replies == [.created: 1])
    let starts = world.gateway.calls.map(\.at)
    #expect(starts[1] == .milliseconds(50) && starts[2] == .milliseconds(100))
    // Twice more after another failure: only those in a row are too many.
    #expect(starts[5] - starts[3] == .milliseconds(100))
    #expect(world.log.count("refuses") == 0)
  }

  @Test func tokensThatExpireAgainAndAgainHoldTheMerchant() throws {
    let world = World([.valid("r1"), .valid("r2", headers: [("merchant-id", World.otherMerchant)])])
    world.gateway.answer { $0.merchantIndex == 0 && $0.at < .seconds(100) ? .failing(.tokenExpired) : .created }
    let holds = Box<[Int]>([])
    let statistics = try world.run { service in
      world.simulation.after(.seconds(90)) { holds.value = service.status.holds.map(\.merchantIndex) }
    }
    #expect(holds.value == [0] && statistics.replies == [.created: 2])
    #expect(world.gateway.calls.count < 45)
    #expect(world.log.count("refuses the merchant's configuration") == 1)
  }
}
