import CheckoutSession
import Creation
import Pacing
import Stage
import TestClock
import Testing

@Suite("Outages are not poison")
struct NotPoisonTests {
  private static let paced = World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: 100, burst: 10), budget: .standard) }

  struct Outage: Sendable {
    var answer: ScriptedGateway.Answer
    var reason: HoldingReason
    var text: String
  }
  private static let outages = [
    Outage(answer: .failing(.serverError), reason: .gatewayFailing, text: "gives no usable answer"),
    Outage(answer: .failing(.rateLimited(nil)), reason: .gatewayThrottling, text: "answers nothing but 429"),
    Outage(answer: .failing(.rateLimited(.seconds(20))), reason: .gatewayThrottling, text: "answers nothing but 429"),
    Outage(answer: .failing(.connectFailed), reason: .gatewayUnreachable, text: "cannot be reached"),
  ]

  @Test(arguments: outages)
  func anHourOfItCostsNothingButTime(_ outage: Outage) throws {
    let world = World((0..<5000).map { .valid("r\($0)") })
    let end = Duration.seconds(3602)
    world.gateway.answer { $0.at >= .seconds(2) && $0.at < end ? outage.answer : .created }
    let seen = Box<[Holding]>([])
    let taken = Box<[Int]>([])
    let statistics = try world.run(Self.paced) { service in
      for moment in [60, 3590] {
        world.simulation.after(.seconds(moment)) {
          seen.value = service.status.holdings
          taken.value.append(world.source.deliveredCount)
        }
      }
    }
    #expect(statistics.replies == [.created: 5000] && statistics.deadLetters == 0)
    #expect(seen.value.map(\.part) == [.gateway] && seen.value.first?.reason == outage.reason)
    let since = try #require(seen.value.first?.since) - Timestamp(millisecondsSinceEpoch: 1_735_689_600_000)
    #expect(since >= .seconds(2) && since < .seconds(60))
    // The source is not asked for more.
    #expect(taken.value.count == 2 && Set(taken.value).count == 1 && taken.value[0] < 5000)
    // One probe for each wait (7.5 s on average), beside what was sent before it was clear; throttling is left to the pacer at first.
    let inVain = world.gateway.calls.count { $0.at >= .seconds(2) && $0.at < end }
    #expect((100...1500).contains(inVain), "\(inVain) calls")
    let probes = world.gateway.calls.filter { $0.at >= .seconds(100) && $0.at < end }
    #expect((100...650).contains(probes.count), "\(probes.count) probes")
    #expect(zip(probes, probes.dropFirst()).allSatisfy { $0.body != $1.body })
    // Back within one wait, and then at the pace of the quota at once.
    let after = world.gateway.calls.filter { $0.at >= end }.map(\.at)
    let first = try #require(after.first)
    #expect(first - end <= .seconds(35))
    #expect(try #require(after.last) - first < .seconds(Double(after.count) / 100 + 1))
    #expect(world.log.count(outage.text) == 1)
    #expect(world.log.count("again [") == 1)
  }

  @Test func answersFromBeforeItDoNotMakeItPoison() throws {
    let world = World((0..<2000).map { .valid("r\($0)") })
    world.gateway.answer { call in
      if call.at >= .seconds(5) && call.at < .seconds(400) { return .failing(.serverError, after: .milliseconds(5)) }
      // Every tenth answer takes so long that good ones come in for ten seconds after it has begun.
      return .init(after: call.body.utf8.reduce(0, { $0 &* 31 &+ Int($1) }) % 10 == 0 ? .seconds(10) : .milliseconds(50))
    }
    let statistics = try world.run(
      World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: 100, burst: 10), concurrent: 256) })
    #expect(statistics.replies == [.created: 2000] && statistics.deadLetters == 0)
  }

  @Test(arguments: [5.0, 300.0])
  func aBrownOutGivesUpNoMoreThanFiveAttemptsWould(_ rate: Double) throws {
    let world = World((0..<400).map { .valid("r\($0)") })
    // Of 100 answers 90 are failures, in no order.
    world.gateway.answer { call in
      (call.body + "\(call.attempt)").utf8.reduce(7, { ($0 &* 31 &+ Int($1)) & 0xFFFF }) % 10 != 0 ? .failing(.serverError) : .created
    }
    let statistics = try world.run(
      World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: rate, burst: 10)) }, limit: .seconds(40_000))
    #expect(statistics.repliesTotal == 400)
    #expect(statistics.replies[.failed, default: 0] < 260)
    #expect(statistics.replies[.created, default: 0] > 140)
  }

  @Test func oneMerchantThatFailsAmongOthersIsNoOutage() throws {
    let world = World((0..<400).map { .valid("r\($0)", headers: [("merchant-id", $0 % 10 == 9 ? World.otherMerchant : World.merchant)]) })
    world.gateway.answer { $0.merchantIndex == 1 ? .failing(.serverError) : .created }
    world.keepBusy(every: .milliseconds(50), merchant: World.merchant)
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: 100, burst: 5)) })
    #expect(statistics.replies[.failed] == 40 && statistics.deadLetters == 40)
    #expect(world.log.count("no usable answer") == 0)
    #expect(try world.repliesByID().values.flatMap { $0 }.allSatisfy { try $0.reply.outcome != "FAILED" || $0.reply.attempts == 5 })
  }

  @Test func poisonDoesNotKeepTheGatewayClosed() throws {
    let poison = (0..<4).map { "poison\($0)" }
    let world = World(poison.map { .valid($0) } + (0..<20).map { .valid("r\($0)") })
    world.source.setRecordsMax(4)
    world.gateway.answer { call in
      poison.contains { Input.body($0) == call.body } || call.at < .seconds(60) ? .failing(.serverError) : .created
    }
    world.keepBusy(merchant: World.merchant, after: .seconds(61))
    let statistics = try world.run(limit: .seconds(1200))
    #expect(statistics.replies[.failed] == 4)
    #expect(try world.repliesByID().count { !$0.key.hasPrefix("poison") } == world.source.count - 4)
  }

  /// Four that always fail fill every batch's place: nobody else could tell that the gateway works if nobody else were taken.
  @Test func poisonAloneLetsOthersIn() throws {
    let world = World((0..<4).map { .valid("poison\($0)") })
    world.source.setRecordsMax(1)
    world.source.setEndsAtEnd(false)
    world.gateway.answer { call in call.body.contains("poison") ? .failing(.serverError) : .created }
    world.simulation.after(.seconds(300)) { world.keepBusy(every: .seconds(1), merchant: World.merchant) }
    let statistics = try world.run(limit: .seconds(1200))
    #expect(statistics.replies[.failed] == 4)
    let firstGood = try #require(world.gateway.calls.first { !$0.body.contains("poison") })
    // One wait, and not the end of anything.
    #expect(firstGood.at < .seconds(320))
  }

  /// The one that is refused first is the probe of its merchant's hold, and is at fault itself once the credentials are right again.
  @Test(arguments: [1, 3])
  func poisonDoesNotKeepItsMerchantHeld(_ poisonCount: Int) throws {
    let world = World((0..<poisonCount).map { .valid("poison\($0)") })
    world.source.setRecordsMax(1)
    world.source.setEndsAtEnd(false)
    world.gateway.answer { call in
      call.at < .seconds(30) ? .failing(.forbidden) : call.body.contains("poison") ? .failing(.serverError) : .created
    }
    world.simulation.after(.seconds(300)) { world.keepBusy(every: .seconds(1), merchant: World.merchant) }
    let statistics = try world.run(limit: .seconds(1200))
    #expect(statistics.replies[.failed] == poisonCount)
    let firstGood = try #require(world.gateway.calls.first { !$0.body.contains("poison") })
    #expect(firstGood.at < .seconds(340), "one wait for each of the others")
  }

  @Test func whoseTimePassesGetsItsReplyMeanwhile() throws {
    let inputs = (0..<100).map { Input.valid("r\($0)", headers: $0 % 2 == 0 ? [("ce_expirytime", "2025-01-01T00:01:00Z")] : []) }
    let world = World(inputs)
    world.gateway.answer { $0.at < .seconds(900) ? .failing(.serverError) : .created }
    let statistics = try world.run(Self.paced)
    #expect(statistics.replies == [.created: 50, .expired: 50] && statistics.deadLetters == 0)
    let expired = try world.sink.replies.filter { try $0.reply.outcome == "EXPIRED" }
    #expect(expired.allSatisfy { $0.at - Timestamp(millisecondsSinceEpoch: 1_735_689_660_000) < .seconds(17) })
  }

  @Test func whoseTimePassesWhileItsMerchantIsHeldGetsItsReplyToo() throws {
    let world = World((0..<10).map { Input.valid("r\($0)", headers: $0 > 4 ? [("ce_expirytime", "2025-01-01T00:01:00Z")] : []) })
    world.gateway.answer { $0.at < .seconds(300) ? .failing(.forbidden) : .created }
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 5, .expired: 5])
    let expired = try world.sink.replies.filter { try $0.reply.outcome == "EXPIRED" }
    #expect(expired.allSatisfy { $0.at - Timestamp(millisecondsSinceEpoch: 1_735_689_660_000) < .seconds(17) })
  }

  @Test func aDrainDoesNotWaitForItsEnd() throws {
    let world = World((0..<300).map { .valid("r\($0)") })
    world.gateway.answer { $0.at < .seconds(600) ? .failing(.serverError) : .created }
    let statistics = try world.run(Self.paced) { service in world.simulation.after(.seconds(100)) { service.beginDrain() } }
    #expect(world.simulation.now < .seconds(102))
    #expect(statistics.abandoned == 300 && world.source.watermark == 0 && world.sink.records.isEmpty)
    world.restart()
    world.simulation.pass(.seconds(600))
    try world.run(Self.paced)
    #expect(world.source.watermark == 300 && world.sink.deadLetters.isEmpty)
  }

  @Test(arguments: outages)
  func aRunThatIsToEndDoesNotWaitForItForEver(_ outage: Outage) throws {
    let world = World((0..<300).map { .valid("r\($0)") })
    world.gateway.answer { $0.at < .seconds(600) ? outage.answer : .created }
    let service = world.service(Self.paced, standstillTimeout: .seconds(60))
    let statistics = try world.simulation.run { try await service.run() }
    #expect(world.simulation.now >= .seconds(60) && world.simulation.now < .seconds(63))
    #expect(statistics.standstill == outage.reason && statistics.abandoned == 300 && world.sink.records.isEmpty)
    world.restart()
    world.simulation.pass(.seconds(600))
    let next = world.service(Self.paced, standstillTimeout: .seconds(60))
    let rest = try world.simulation.run { try await next.run() }
    #expect(rest.standstill == nil && world.source.watermark == 300 && world.sink.deadLetters.isEmpty)
  }

  @Test func aRunThatIsToEndWaitsOutWhatIsShorter() throws {
    let world = World((0..<300).map { .valid("r\($0)") })
    world.gateway.answer { $0.at > .seconds(1) && $0.at < .seconds(40) ? .failing(.serverError) : .created }
    let service = world.service(Self.paced, standstillTimeout: .seconds(60))
    let statistics = try world.simulation.run { try await service.run() }
    #expect(statistics.standstill == nil && statistics.replies == [.created: 300])
  }

  @Test func whenAllMerchantsAreRefusedNothingMoreIsTaken() throws {
    let world = World((0..<200).map { .valid("r\($0)", headers: [("merchant-id", $0 % 2 == 0 ? World.merchant : World.otherMerchant)]) })
    world.source.setRecordsMax(10)
    world.gateway.answer { $0.at < .seconds(600) ? .failing(.forbidden) : .created }
    let seen = Box<[Holding]>([])
    let taken = Box(0)
    let statistics = try world.run { service in
      world.simulation.after(.seconds(500)) {
        seen.value = service.status.holdings
        taken.value = world.source.deliveredCount
      }
    }
    #expect(seen.value.map(\.reason) == [.credentialsRefused])
    #expect(taken.value <= 40)
    #expect(statistics.replies == [.created: 200] && statistics.deadLetters == 0)
  }

  @Test func whatItHadBeenThroughBeforeDoesNotCountAfterIt() throws {
    let world = World((0..<100).map { .valid("r\($0)") })
    // Everybody fails thrice before the outage and once after it.
    world.gateway.answer { call in
      if call.body == Input.body("r0") { return .created }
      if call.at > .seconds(10) && call.at < .seconds(300) { return .failing(.serverError) }
      return call.at <= .seconds(10) ? call.attempt <= 3 ? .failing(.serverError) : .init(after: .seconds(60)) : .created
    }
    let statistics = try world.run(World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: 20, burst: 1)) })
    #expect(statistics.replies == [.created: 100] && statistics.deadLetters == 0)
  }
}

@Suite("A ledger or a broker that is away")
struct PartnerOutageTests {
  private static let paced = World.configuration { $0.pacer = World.pacer(Quota(requestsPerSecond: 100, burst: 10)) }

  @Test func nothingIsSentWhoseResultCouldNotBeRecorded() throws {
    let world = World((0..<1000).map { .valid("r\($0)") })
    world.ledger.fail { which, _ in
      let now = world.simulation.now
      return which == .record && now > .seconds(2) && now < .seconds(500) ? LedgerTroubleTests.busy : nil
    }
    let seen = Box<[Holding]>([])
    let statistics = try world.run(Self.paced) { service in world.simulation.after(.seconds(400)) { seen.value = service.status.holdings } }
    #expect(seen.value.map(\.part) == [.ledger] && seen.value.first?.reason == HoldingReason(rawValue: "LEDGER_BUSY"))
    #expect(world.gateway.calls.count { $0.at > .milliseconds(2200) && $0.at < .seconds(500) } == 0)
    #expect(statistics.replies == [.created: 1000] && world.gateway.calls.count == 1000)
    #expect(world.log.count("ledger cannot be used, holding") == 1 && world.log.count("the ledger can be used again") == 1)
    #expect(world.simulation.now < .seconds(515))
  }

  @Test func aBrokerThatIsAwayForAnHourLosesNothing() throws {
    let world = World((0..<5000).map { .valid("r\($0)") })
    world.source.setRecordsMax(100)
    world.sink.answer { _, _ in world.simulation.now > .seconds(2) && world.simulation.now < .seconds(500) ? .refused : .acknowledged }
    let seen = Box<[Holding]>([])
    let sent = Box(0)
    let statistics = try world.run(Self.paced) { service in
      world.simulation.after(.seconds(400)) {
        seen.value = service.status.holdings
        sent.value = world.gateway.calls.count { $0.at > .seconds(3) }
      }
    }
    #expect(seen.value.map(\.part) == [.broker] && seen.value.first?.reason.rawValue.hasPrefix("BROKER_") == true)
    // What the batches in flight hold, and not a request more.
    #expect(sent.value <= 400)
    #expect(statistics.replies == [.created: 5000] && statistics.deadLetters == 0)
    #expect(world.gateway.calls.count == 5000)
    #expect(world.log.count("the broker takes nothing") == 1 && world.log.count("the broker takes records again") == 1)
  }

  @Test(arguments: [true, false])
  func aRunThatIsToEndDoesNotWaitForThemForEver(_ isLedger: Bool) throws {
    let world = World((0..<50).map { .valid("r\($0)") })
    if isLedger { world.ledger.fail { _, _ in LedgerTroubleTests.busy } } else { world.sink.answer { _, _ in .refused } }
    let service = world.service(Self.paced, standstillTimeout: .seconds(60))
    let statistics = try world.simulation.run { try await service.run() }
    #expect(statistics.standstill?.rawValue.hasPrefix(isLedger ? "LEDGER_BUSY" : "BROKER_") == true)
    #expect(world.simulation.now < .seconds(60 + 25) && world.source.finished.isEmpty)
  }
}
