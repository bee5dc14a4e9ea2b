import CheckoutSession
import Creation
import Testing

@Suite("Where replies go and what they echo")
struct ReplyAddressTests {
  static let opaque: [UInt8] = [0x00, 0xFF, 0xC3, 0x28, 0x80]

  @Test(arguments: [
    ("kafka_replyTopic", "kafka_replyPartition", "kafka_correlationId"),
    ("REPLY_TOPIC", "REPLY_PARTITION", "REPLY_CORRELATION_ID"),
    ("reply-to", "kafka_replyPartition", "correlation-id"),
    ("reply-to", "REPLY_PARTITION", "ce_correlationid"),
  ])
  func springAndSmallRye(_ topic: String, _ partition: String, _ correlation: String) throws {
    var input = Input.valid("r1", headers: [(topic, "shop.replies")])
    input.headers.append((partition, [0, 0, 0, 3]))
    input.headers.append((correlation, Self.opaque))
    let world = World([input, .valid("r2")])
    try world.run()
    let reply = try world.reply("r1")
    #expect(reply.topic == "shop.replies" && reply.partition == 3)
    #expect(reply.bytes(correlation) == Self.opaque)
    #expect(try world.reply("r2").topic == PublishedRecord.repliesTopic)
    #expect(try world.reply("r2").bytes(correlation) == nil)
  }

  @Test func aRejectionGoesToTheAllowedAddressAndEchoesToo() throws {
    var input = Input(id: "r1", body: "{", headers: [("kafka_replyTopic", "shop.replies")])
    input.headers.append(("kafka_correlationId", Self.opaque))
    let world = World([input])
    try world.run()
    let reply = try world.reply("r1")
    #expect(reply.topic == "shop.replies" && reply.bytes("kafka_correlationId") == Self.opaque)
  }

  @Test func nullCorrelationStaysNull() throws {
    var input = Input.valid("r1")
    input.headers.append(("correlation-id", nil))
    let world = World([input])
    try world.run()
    let echoed = try world.reply("r1").headers.filter { $0.name == "correlation-id" }
    #expect(echoed.count == 1 && echoed.first?.value == nil)
  }

  @Test func nullKeyStaysNull() throws {
    var input = Input.valid("r1")
    input.key = nil
    let world = World([input])
    try world.run()
    #expect(try world.reply("r1").key == nil)
  }

  @Test func traceContextGoesOnInCallAndReply() throws {
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let world = World([
      .valid("r1", headers: [("traceparent", parent), ("tracestate", "a=1")]), .valid("r2", headers: [("traceparent", "nonsense")]),
    ])
    try world.run()
    let traced = try #require(world.gateway.calls.first { $0.body == Input.body("r1") })
    #expect(traced.traceContext?.traceparent == parent && traced.traceContext?.tracestate == "a=1")
    #expect(try world.reply("r1").header("traceparent") == parent)
    #expect(try world.reply("r1").header("tracestate") == "a=1")
    // A context in a wrong form costs no request.
    #expect(try world.reply("r2").header("traceparent") == nil)
    #expect(try world.reply("r2").reply.outcome == "CREATED")
  }
}
