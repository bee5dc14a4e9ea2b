import CheckoutSession
import Creation
import Pacing
import Synchronization
import TestClock
import Testing

@Suite("Whatever happens")
struct PropertyTests {
  /// Random numbers for callbacks.
  private final class Dice: Sendable {
    private let generator: Mutex<SplitMix64>
    init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }
    func roll(_ sides: Int) -> Int { generator.withLock { Int.random(in: 0..<sides, using: &$0) } }
  }

  private static func inputs(_ dice: Dice) -> [Input] {
    (0..<120).map { _ in
      let id = "r\(dice.roll(70))"
      var headers: [(String, String)] = []
      if dice.roll(20) == 0 { headers.append(("ce_expirytime", "2025-01-01T00:00:0\(dice.roll(10))Z")) }
      if dice.roll(3) == 0 { headers.append(("merchant-id", World.otherMerchant)) }
      if dice.roll(8) == 0 { headers.append(("checkout-replay-count", "\(dice.roll(4))")) }
      switch dice.roll(25) {
      case 0: return Input(id: id, body: "{", headers: headers)
      case 1: return Input(id: id, body: Input.body(id, amount: 77), headers: headers)
      case 2:
        headers.append(("checkout-replay-replaces", ReplayTests.hash(of: Input.body(id)).hexadecimal))
        return Input(id: id, body: Input.body(id, amount: 78), headers: headers)
      case 3: return Input(id: id, body: Input.body(id), headers: headers + [("checkout-replay-new-session", "true")])
      default: return Input(id: id, body: Input.body(id), headers: headers)
      }
    }
  }

  private static func answer(_ dice: Dice) -> ScriptedGateway.Answer {
    let after = Duration.milliseconds(dice.roll(4) == 0 ? dice.roll(8000) : dice.roll(100))
    return switch dice.roll(20) {
    case 0: .failing(.connectFailed, after: after)
    case 1: .failing(.rateLimited(dice.roll(2) == 0 ? nil : .seconds(dice.roll(5))), after: after)
    case 2, 3: .failing(.serverError, after: after, makesSession: dice.roll(2) == 0)
    case 4: .failing(.refusedRequest, after: after)
    case 5: .failing(.tokenExpired, after: after)
    case 6 where dice.roll(5) == 0: .failing(.forbidden, after: after)
    default: .init(after: after)
    }
  }

  @Test(arguments: 1...80)
  func everyRecordGetsOneOutcome(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let inputs = Self.inputs(dice)
    let world = World(inputs)
    world.source.setRecordsMax(1 + dice.roll(40))
    world.gateway.answer { _ in Self.answer(dice) }
    world.sink.answer { record, _ in
      switch dice.roll(15) {
      case 0: .refused
      case 1: .inDoubt(arrived: dice.roll(2) == 0)
      case 2 where record.isDeadLetter && dice.roll(4) == 0 && !record.text.hasPrefix("{\"reference\""): .tooLarge
      default: .acknowledged
      }
    }
    world.ledger.fail { operation, _ in operation != .mark && dice.roll(12) == 0 ? LedgerTroubleTests.busy : nil }
    let quota = Quota(requestsPerSecond: 20, burst: 5)
    let statistics = try world.run(
      World.configuration {
        $0.pacer = World.pacer(quota, concurrent: 8, budget: .standard)
        $0.deadLetterPayload = .full
        $0.settlementRecordsMax = 1 + dice.roll(10)
      }, seed: UInt64(seed))

    #expect(statistics.consumed == inputs.count && statistics.repliesTotal == inputs.count)
    #expect(statistics.abandoned == 0 && statistics.putOff == 0)
    #expect(world.source.watermark == Int64(inputs.count))
    #expect(world.sink.replies.count >= inputs.count)
    try Self.expectWithin(quota, world.gateway.calls.map(\.at))
    try Self.expectPublishedBeforeFinished(world)
    try Self.expectOneURL(world)
  }

  /// The same with a process that dies now and then.
  @Test(arguments: 1...40)
  func evenIfItDies(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed) &* 7919)
    let world = World(Self.inputs(dice))
    world.source.setRecordsMax(1 + dice.roll(40))
    world.gateway.answer { _ in Self.answer(dice) }
    world.sink.answer { _, _ in dice.roll(20) == 0 ? .inDoubt(arrived: dice.roll(2) == 0) : .acknowledged }
    var life = 5 + dice.roll(30)
    while world.runUntilDeath(World.configuration { $0.pacer = World.pacer(concurrent: 8) }, afterEffects: life, seed: UInt64(seed)) {
      world.restart()
      world.simulation.pass(.seconds(dice.roll(4) == 0 ? 700 : 1))
      life += 5 + dice.roll(60)
    }
    #expect(world.source.watermark == Int64(world.source.count))
    try Self.expectPublishedBeforeFinished(world)
    try Self.expectOneURL(world)
  }

  /// Over any interval no more than rate times length and a burst: it is enough to look at intervals between two calls.
  private static func expectWithin(_ quota: Quota, _ starts: [Duration]) throws {
    for first in starts.indices {
      for last in first..<starts.count {
        let allowed = quota.requestsPerSecond * ((starts[last] - starts[first]) / .seconds(1)) + Double(quota.burst)
        guard Double(last - first + 1) > allowed + 1e-6 else { continue }
        Issue.record("\(last - first + 1) calls where \(allowed) are allowed")
        return
      }
    }
  }

  /// A record is finished only after its reply is in the topic.
  private static func expectPublishedBeforeFinished(_ world: World) throws {
    var published = 0
    var finished = 0
    for effect in world.life.effects {
      switch effect {
      case .publish(let ids): published += ids.count { $0 != "dead letter" }
      case .finish(let offsets): finished += offsets.count
      default: break
      }
      #expect(finished <= published, "finished before it was published")
    }
  }

  /// Promises, per merchant: ids are shared between merchants here.
  private static func expectOneURL(_ world: World) throws {
    let created = try world.sink.replies.filter { try $0.reply.outcome == "CREATED" }
    for (key, replies) in try Dictionary(grouping: created, by: { try "\($0.reply.merchantId) \($0.reply.requestId)" }) {
      var live: [(url: String, endsAt: Timestamp)] = []
      for reply in replies {
        let value = try reply.reply
        let url = try #require(value.hostedUrl)
        let endsAt = try #require(value.expiresAt.flatMap { Timestamp(rfc3339: $0) })
        #expect(endsAt - reply.at >= .seconds(299), "\(key): published with too little left")
        #expect(!live.contains { $0.url != url && $0.endsAt > reply.at }, "\(key): two URLs are alive")
        live.append((url, endsAt))
      }
    }
  }
}
