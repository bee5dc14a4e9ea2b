import CheckoutSession
import Creation
import Pacing
import Records
import TestClock
import Testing

@Suite("A request that works")
struct HappyPathTests {
  @Test func itsReplyIsExactlyThatOfTheContract() throws {
    let world = World([Input.valid("r1", headers: [("merchant-id", World.otherMerchant.uppercased())])])
    let statistics = try world.run()
    let reply = try world.reply("r1")
    let id = "00000000-0000-4000-8000-000000000000"
    #expect(
      reply.text == """
        {"requestId":"r1","merchantId":"\(World.otherMerchant)","merchantTransactionId":"r1","mode":"PAYMENT","outcome":"CREATED",\
        "sessionId":"\(id)","hostedUrl":"https://stg-wallet.healthsafepay.com/app?checkoutSessionId=\(id)&appEnv=stage",\
        "createdAt":"2025-01-01T00:00:00.000Z","expiresAt":"2025-01-01T00:15:00.000Z","attempts":1,"generation":1}
        """)
    let ceID = Reply(
      identity: RequestIdentity(merchantID: World.otherMerchant, requestID: "r1"), merchantTransactionID: "r1", mode: .payment,
      decision: DecidedReply(outcome: .created, session: nil, error: nil, attempts: 1, decidedAt: world.simulation.wallNow), generation: 1
    ).ceID
    let headers = reply.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
    #expect(
      headers == [
        "ce_specversion=1.0", "ce_id=\(ceID)", "ce_source=/checkout-worker", "ce_type=checkout.session.created",
        "ce_time=2025-01-01T00:00:00.050Z", "content-type=application/json",
      ])
    #expect(reply.topic == PublishedRecord.repliesTopic)
    #expect(reply.partition == nil)
    #expect(reply.key == "order-r1")
    #expect(world.gateway.calls.map(\.body) == [Input.body("r1")])
    #expect(world.gateway.calls.first?.merchantIndex == 1)
    #expect(statistics.consumed == 1 && statistics.replies == [.created: 1] && statistics.deadLetters == 0 && statistics.batches == 1)
    #expect(world.source.finished == [0])
  }

  @Test func theOrderOfEffectsIsTheOneOfTheArchitecture() throws {
    let world = World([.valid("r1"), .valid("r2")])
    try world.run()
    let kinds = world.life.effects.map { effect in
      switch effect {
      case .claim: "claim"
      case .post: "post"
      case .record: "record"
      case .renew: "renew"
      case .publish: "publish"
      case .mark: "mark"
      case .finish: "finish"
      }
    }
    #expect(kinds.filter { $0 != "post" } == ["claim", "record", "publish", "mark", "finish"])
    #expect(kinds == ["claim", "post", "post", "record", "publish", "mark", "finish"])
  }

  @Test func aThousandRequestsShareTransactionsAndPublications() throws {
    let world = World((0..<1000).map { .valid("r\($0)") })
    let statistics = try world.run()
    #expect(statistics.replies == [.created: 1000])
    #expect(world.gateway.sessions.count == 1000)
    #expect(world.gateway.inFlightMax <= 64)
    #expect(world.source.watermark == 1000)
    let claims = world.life.effects.filter { if case .claim = $0 { true } else { false } }
    #expect(claims.count == 2)
    let publications = world.life.effects.filter { if case .publish = $0 { true } else { false } }
    #expect(publications.count <= 20)
  }

  @Test func requestIDComesFromHeaderElseTransactionElseCoordinate() throws {
    let entry = """
      {"customer":{"hsid":"f32736c8-266a-4da1-af16-293fa02a351a"},"config":{"modes":["PAYMENT_METHOD_ENTRY"]}}
      """
    let world = World([
      Input(id: nil, body: Input.body("t1"), headers: [("request-id", "plain")]),
      Input(id: "ce", body: Input.body("t2"), headers: [("request-id", "plain-2")]),
      Input(id: nil, body: Input.body("t3")),
      Input(id: nil, body: entry),
    ])
    try world.run()
    #expect(try Set(world.repliesByID().keys) == ["plain", "ce", "t3", "checkout.session-requests/3/3"])
  }

  @Test func noMoreIsTakenThanTheQuotaLetsThrough() throws {
    let world = World([.valid("r1")])
    try world.run(
      World.configuration {
        $0.pacer = World.pacer(Quota(requestsPerSecond: 20, burst: 5))
        $0.attempts = AttemptPolicy(deadline: .seconds(30))
        $0.batchesInFlight = 4
      })
    // Half of 30 s at 20 a second, in four batches.
    #expect(world.source.limitsSeen.first?.recordsMax == 75)
  }
}
