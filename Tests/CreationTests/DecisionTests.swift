import CheckoutSession
import Pacing
import Records
import Stage
import TestClock
import Testing

@testable import Creation

@Suite("Pure decisions")
struct DecisionTests {
  struct Row: Sendable {
    var failure: GatewayFailure
    var counts: Bool
    var first: String
    var fifth: String
  }

  @Test(arguments: [
    Row(failure: .serverError, counts: true, first: "retry", fifth: "giveUp"),
    Row(failure: .refusedRequest, counts: false, first: "reject", fifth: "reject"),
    Row(failure: .rateLimited(nil), counts: false, first: "retry", fifth: "retry"),
    Row(failure: .connectFailed, counts: false, first: "retry", fifth: "retry"),
    Row(failure: .tokenUnavailable, counts: false, first: "retry", fifth: "retry"),
    Row(failure: .overloaded, counts: false, first: "retry", fifth: "retry"),
    Row(failure: .tokenExpired, counts: false, first: "retry", fifth: "hold"),
    Row(failure: GatewayFailure(.transient, .tokenLate, title: "t", detail: "d"), counts: false, first: "retry", fifth: "retry"),
    Row(failure: .forbidden, counts: false, first: "hold", fifth: "hold"),
  ])
  func whatFollowsAFailure(_ row: Row) {
    let policy = AttemptPolicy()
    var generator = SplitMix64(seed: 1)
    #expect(AttemptPolicy.counts(row.failure) == row.counts)
    for (attempts, wanted) in [(1, row.first), (5, row.fifth)] {
      var history = AttemptHistory()
      for number in 0..<attempts {
        history.start(at: .seconds(number))
        history.fail(row.failure, at: Timestamp(millisecondsSinceEpoch: Int64(number)))
      }
      #expect(history.sent == (row.failure.neverLeft ? 0 : attempts) && history.failed == (row.counts ? attempts : 0))
      #expect(history.failures?.firstAt.millisecondsSinceEpoch == 0)
      #expect(history.failures?.lastAt.millisecondsSinceEpoch == Int64(attempts - 1))
      let decision = policy.decide(row.failure, history: history, holdStreak: 1, now: .seconds(attempts), using: &generator)
      let name =
        switch decision {
        case .reject: "reject"
        case .giveUp: "giveUp"
        case .retry: "retry"
        case .holdMerchant: "hold"
        }
      #expect(name == wanted)
    }
  }

  @Test func timeThatNoAttemptIsChargedForDoesNotCount() {
    var history = AttemptHistory()
    history.start(at: .seconds(100))
    history.fail(.serverError, at: Timestamp(millisecondsSinceEpoch: 0))
    #expect(history.timeTried(until: .seconds(104)) == .seconds(4))
    history.start(at: .seconds(105))
    history.fail(.connectFailed, at: Timestamp(millisecondsSinceEpoch: 0))
    #expect(history.timeTried(until: .seconds(400)) == .seconds(5))
    history.start(at: .seconds(405))
    history.fail(.serverError, at: Timestamp(millisecondsSinceEpoch: 0))
    #expect(history.timeTried(until: .seconds(407)) == .seconds(7))
  }

  @Test func timeIsCountedFromTheFirstAttemptThoughItNeverLeft() {
    var history = AttemptHistory()
    for start in [100, 200] {
      history.start(at: .seconds(start))
      history.fail(.connectFailed, at: Timestamp(millisecondsSinceEpoch: 0))
    }
    #expect(history.sent == 0 && history.unreached == 2 && history.timeTried(until: .seconds(300)) == .zero)
    history.start(at: .seconds(400))
    #expect(history.sent == 1)
    history.fail(.serverError, at: Timestamp(millisecondsSinceEpoch: 0))
    #expect(history.timeTried(until: .seconds(410)) == .seconds(10))
  }

  @Test func expiredTokensCountInARow() {
    var history = AttemptHistory()
    for failure in [GatewayFailure.tokenExpired, .tokenExpired, .serverError, .tokenExpired] {
      history.start(at: .zero)
      history.fail(failure, at: Timestamp(millisecondsSinceEpoch: 0))
    }
    #expect(history.tokensExpired == 1 && history.sent == 4)
  }

  @Test func placesAreWaivedOnceAndWithinTheBound() {
    let gate = CapacityGate()
    let source = BatchInProgress(Input.batch((0..<3).map { (Int64($0), .valid("r\($0)")) }), gate: gate)
    var requests = (0..<3).map { index in
      PendingRequest(
        IncomingRequest(
          source: source, recordIndex: index, identity: RequestIdentity(merchantID: World.merchant, requestID: "r\(index)"), mode: nil,
          merchantTransactionID: nil, headers: RequestHeaders(), merchantIndex: 0, bodyHash: nil))
    }
    let places = WaivedPlaces(max: 2)
    let waived = [0, 0, 1, 2].map { places.waive(&requests[$0]) != nil }
    #expect(waived == [true, false, true, false])
    places.giveBack(1)
    let third = places.waive(&requests[2]) != nil
    #expect(third && requests.allSatisfy { $0.isPutOff })
  }

  @Test func theBytesOfBatchesInWhichSomebodyWaitsAreBounded() {
    let batch = Input.batch([(0, .valid("a")), (1, .valid("b"))])
    let places = WaivedPlaces(max: 10, bytesMax: batch.slab.count)
    let gate = CapacityGate()
    func request(_ source: BatchInProgress, _ index: Int) -> PendingRequest {
      PendingRequest(
        IncomingRequest(
          source: source, recordIndex: index, identity: RequestIdentity(merchantID: World.merchant, requestID: "r"), mode: nil,
          merchantTransactionID: nil, headers: RequestHeaders(), merchantIndex: 0, bodyHash: nil))
    }
    let second = BatchInProgress(batch, gate: gate)
    do {
      let first = BatchInProgress(batch, gate: gate)
      let waived = [(first, 0), (first, 1), (second, 0)].map { source, index in
        var request = request(source, index)
        return places.waive(&request) != nil
      }
      #expect(waived == [true, true, false])
    }
    var late = request(second, 1)
    let isWaived = places.waive(&late) != nil
    #expect(isWaived)
  }

  @Test func aBatchGivesItsPlaceBackOnce() {
    let gate = CapacityGate()
    let batch = BatchInProgress(Input.batch([(0, .valid("a")), (1, .valid("b"))]), gate: gate)
    #expect(gate.inUse == 1)
    batch.letGo(1)
    #expect(gate.inUse == 1)
    batch.letGo(1)
    batch.letGo(0)
    #expect(gate.inUse == 0)
  }

  @Test func theGateLetsThroughInItsTime() throws {
    let simulation = Simulation()
    let gate = CapacityGate()
    gate.enter(3)
    simulation.after(.seconds(1)) { gate.leave() }
    simulation.after(.seconds(2)) { gate.leave() }
    try simulation.run { try await gate.wait(untilAtMost: 1) }
    #expect(simulation.now == .seconds(2))
    #expect(throws: Simulation.Failure.stuck) { try simulation.run { try await gate.wait(untilAtMost: 0) } }
    #expect(gate.inUse == 1)
  }

  @Test func headersAreReadByNameAndTheLastOneCounts() {
    func read(_ headers: [(String, String)]) -> RequestHeaders {
      let batch = Input.batch([(0, Input(id: nil, body: nil, headers: headers))])
      return RequestHeaders.read(batch.headers(of: batch.records[0]))
    }
    let headers = read([
      ("x", "1"), ("request-id", "a"), ("ce_id", "b"), ("ce_id", "c"), ("merchant-id", "m"), ("REPLY_TOPIC", "t"), ("ce_source", "s"),
      ("checkout-replay-count", "4"), ("correlation-id", "p"), ("kafka_correlationId", "q"),
    ])
    #expect(headers.requestID == "c" && headers.merchantID == "m" && headers.replyTopic == "t" && headers.replayCount == 4)
    #expect(headers.faults.isEmpty)
    let echoed = PackedHeaders(headers.correlation ?? []).map { String(decoding: $0.name, as: UTF8.self) }
    #expect(echoed == ["correlation-id", "kafka_correlationId"])
    #expect(read([("CE_ID", "b"), ("ce_idx", "c")]).requestID == nil)
    #expect(read([("request-id", "")]).faults.map(\.name) == ["request-id"])
  }
}
