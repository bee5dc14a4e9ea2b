import CheckoutSession
import Creation
import Pacing
import TestClock
import Testing

@Suite("A gateway that is away or too busy")
struct OutageTests {
  @Test func tenMinutesWithoutConnectionCostNothingButTime() throws {
    let world = World((0..<300).map { .valid("r\($0)") })
    world.gateway.answer { $0.at < .seconds(600) ? .failing(.connectFailed, after: .milliseconds(1)) : .created }
    let isOutageSeen = Box(false)
    let statistics = try world.run(
      World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: 100, burst: 10), budget: .standard) }
    ) {
      service in world.simulation.after(.seconds(300)) { isOutageSeen.value = service.status.isGatewayUnreachable }
    }
    #expect(isOutageSeen.value)
    #expect(statistics.replies == [.created: 300] && statistics.deadLetters == 0)
    #expect(world.gateway.sessions.count == 300)
    // Back within one wait of at most 15 s, and then at the pace of the quota: what waited is no flood of retries.
    let last = try #require(world.gateway.calls.last)
    #expect(last.at < .seconds(600 + 15 + 4))
    // No storm either: a round takes seconds, and tries only what the quota lets through.
    #expect(world.gateway.calls.count < 300 + 600 * 15)
  }

  @Test func anAttemptBeforeTheOutageDoesNotMakeTheOneAfterItTheLast() throws {
    let world = World([.valid("r1")])
    world.gateway.answer { call in
      if call.attempt == 1 { return .failing(.serverError) }
      if call.at < .seconds(120) { return .failing(.connectFailed, after: .zero) }
      return call.at < .seconds(136) && world.gateway.calls.filter { $0.at >= .seconds(120) }.count == 1 ? .failing(.serverError) : .created
    }
    try world.run()
    #expect(try world.reply("r1").reply.outcome == "CREATED")
  }

  @Test func oneConnectionInTenThatFailsHoldsNobodyUp() throws {
    let world = World((0..<500).map { .valid("r\($0)") })
    world.gateway.answer { call in
      call.attempt == 1 && call.body.utf8.reduce(0, { $0 &* 31 &+ Int($1) }) % 10 == 0 ? .failing(.connectFailed, after: .zero) : .created
    }
    try world.run()
    #expect(world.gateway.sessions.count == 500)
    #expect(world.simulation.now < .seconds(4))
  }

  @Test func throttledWithRetryAfterEverybodyWaits() throws {
    let world = World((0..<40).map { .valid("r\($0)", headers: [("merchant-id", $0 % 2 == 0 ? World.merchant : World.otherMerchant)]) })
    world.gateway.answer {
      $0.body == Input.body("r5") && $0.attempt == 1 ? .failing(.rateLimited(.seconds(7)), after: .milliseconds(10)) : .created
    }
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(concurrent: 8) })
    #expect(statistics.replies == [.created: 40])
    let starts = world.gateway.calls.map(\.at)
    #expect(!starts.contains { $0 > .milliseconds(10) && $0 < .milliseconds(7010) }, "somebody was sent during Retry-After")
    #expect(starts.contains { $0 >= .milliseconds(7010) })
  }

  @Test(arguments: [nil, Duration.seconds(2)])
  func throttlingNeverGivesUp(_ retryAfter: Duration?) throws {
    let world = World([.valid("r1")])
    world.gateway.answer { $0.attempt <= 60 ? .failing(.rateLimited(retryAfter)) : .created }
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 1] && statistics.deadLetters == 0)
    #expect(try world.reply("r1").reply.attempts == 61)
  }

  @Test(arguments: [GatewayFailure.tokenUnavailable, .overloaded])
  func whatNeverLeftIsNoNewsOfTheGateway(_ failure: GatewayFailure) throws {
    let world = World((0..<20).map { .valid("r\($0)", headers: [("merchant-id", $0 % 2 == 0 ? World.merchant : World.otherMerchant)]) })
    world.gateway.answer { call in
      guard call.at < .seconds(600) else { return .created }
      return .failing(call.merchantIndex == 0 ? .connectFailed : failure, after: .milliseconds(1))
    }
    let announced = Box<[Int]>([])
    let isUnreachable = Box(false)
    let statistics = try world.run { service in
      world.simulation.after(.seconds(590)) {
        announced.value = [world.log.count("cannot be reached"), world.log.count("can be reached again")]
        isUnreachable.value = service.status.isGatewayUnreachable
      }
    }
    #expect(announced.value == [1, 0] && isUnreachable.value)
    #expect(world.log.count("can be reached again") == 1)
    #expect(statistics.replies == [.created: 20])
  }

  @Test(arguments: [GatewayFailure.tokenUnavailable, .overloaded])
  func whatNeverLeftIsTriedEverLessOften(_ failure: GatewayFailure) throws {
    let world = World([.valid("r1")])
    world.gateway.answer { $0.at < .seconds(600) ? .failing(failure, after: .milliseconds(1)) : .created }
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 1])
    #expect((20...200).contains(world.gateway.calls.count))
  }

  @Test(arguments: [GatewayFailure.connectFailed, .tokenUnavailable, .overloaded])
  func onlyWhatWasSentIsAnAttempt(_ failure: GatewayFailure) throws {
    let world = World([.valid("r1"), .valid("r2")])
    world.gateway.answer { call in
      if call.attempt <= 7 { return .failing(failure, after: .milliseconds(1)) }
      if call.attempt == 8 { return .failing(.serverError) }
      return call.body == Input.body("r1") ? .created : .failing(.refusedRequest)
    }
    try world.run()
    #expect(try world.reply("r1").reply.attempts == 2)
    #expect(try world.reply("r2").reply.attempts == 2)
    #expect(world.sink.deadLetters.first?.header("checkout-attempts") == "2")
  }

  @Test func expiryIsHeededThroughAnOutage() throws {
    let world = World([.valid("r1", headers: [("ce_expirytime", "2025-01-01T00:01:00Z")])])
    world.gateway.answer { _ in .failing(.connectFailed) }
    try world.run()
    #expect(try world.reply("r1").reply.outcome == "EXPIRED")
    #expect(world.simulation.now < .seconds(80))
  }
}

@Suite("The quota in virtual time")
struct QuotaTests {
  @Test func nearlyAllOfItIsUsedAndNoneExceeded() throws {
    let world = World((0..<6300).map { .valid("r\($0)") })
    let bucket = EnforcedQuota(requestsPerSecond: 200, burst: 20)
    world.gateway.answer { bucket.take(at: $0.at) ? .created : .failing(.rateLimited(nil)) }
    let statistics = try world.run(
      World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: 200, burst: 20), budget: .standard) })
    #expect(statistics.replies == [.created: 6300])
    #expect(bucket.refused == 0)
    let within = world.gateway.calls.count { $0.at <= .seconds(30) }
    #expect(Double(within) >= 0.98 * (200 * 30))
    #expect(within <= 200 * 30 + 20)
  }

  @Test func twiceTheQuotaSettlesAndLosesNothing() throws {
    let world = World((0..<4000).map { .valid("r\($0)") })
    let bucket = EnforcedQuota(requestsPerSecond: 200, burst: 20)
    world.gateway.answer { bucket.take(at: $0.at) ? .created : .failing(.rateLimited(nil)) }
    let statistics = try world.run(
      World.configuration {
        $0.pacer = PacerConfiguration(quota: Quota(requestsPerSecond: 400, burst: 20), merchantQuotas: [.unlimited, .unlimited])
      })
    #expect(statistics.replies == [.created: 4000] && statistics.deadLetters == 0)
    #expect(Double(bucket.refused) < 0.25 * 4000)
    #expect(world.simulation.now < .seconds(20 * 1.5))
  }
}
