import Testing

extension EndToEndTests {
  /// Spring's and SmallRye's request-reply headers (`contract/messages.md`, "Request headers").
  @Suite struct ReplyAddressTests {
    /// Not UTF-8, with a zero in it: correlation ids are bytes.
    private static let correlation: [UInt8] = [0x00, 0xFF, 0xFE, 0x22, 0x0A, 0x80]

    private static func header(_ name: String, _ value: String) -> (name: String, value: [UInt8]) { (name, Array(value.utf8)) }

    @Test func repliesGoWhereTheyAreWanted() async throws {
      let lane = try await Lane.shared("address", scenario: Scenarios.calm)
      let spring = "\(lane.replies).spring"
      let smallRye = "\(lane.replies).smallrye"
      try await lane.createTopics([spring, smallRye])
      let reader = try TopicReader(lane, moreTopics: [spring, smallRye])
      let two: [UInt8] = [0, 0, 0, 2]
      try await lane.publish([
        .payment(
          "spring",
          headers: [Self.header("kafka_replyTopic", spring), ("kafka_correlationId", Self.correlation), ("kafka_replyPartition", two)]),
        .payment(
          "smallrye",
          headers: [Self.header("REPLY_TOPIC", smallRye), ("REPLY_CORRELATION_ID", Self.correlation), ("REPLY_PARTITION", [0, 0, 0, 1])]),
        .payment("plain", headers: [Self.header("reply-to", spring), ("correlation-id", Self.correlation), ("ce_correlationid", [7])]),
        .payment("own", headers: [("kafka_replyPartition", two)]),
        .payment(
          "traced",
          headers: [
            Self.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), Self.header("tracestate", "a=b"),
          ]),
      ])
      let settings = ["creation.replyTopicsAllowed": "\(spring),\(smallRye)"]
      #expect(try await lane.drain(settings: settings) == .exited(0))
      let replies = try await reader.allReplies()
      let byID = Dictionary(replies.map { ($0.requestID, $0) }, uniquingKeysWith: { first, _ in first })
      #expect(replies.count == 5 && replies.allSatisfy { $0.outcome == "CREATED" })

      #expect(byID["spring"]?.record.topic == spring)
      #expect(byID["spring"]?.record.partition == 2)
      #expect(byID["spring"]?.record.bytes("kafka_correlationId") == Self.correlation)
      #expect(byID["smallrye"]?.record.topic == smallRye)
      #expect(byID["smallrye"]?.record.partition == 1)
      #expect(byID["smallrye"]?.record.bytes("REPLY_CORRELATION_ID") == Self.correlation)
      #expect(byID["plain"]?.record.topic == spring)
      #expect(byID["plain"]?.record.bytes("correlation-id") == Self.correlation)
      #expect(byID["plain"]?.record.bytes("ce_correlationid") == [7])
      #expect(byID["own"]?.record.topic == lane.replies)
      #expect(byID["own"]?.record.partition == 2)
      let traceparent = try #require(byID["traced"]?.record.text("traceparent"))
      #expect(traceparent.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"), "the trace goes on")
      #expect(byID["traced"]?.record.text("tracestate") == "a=b")
      for reply in replies {
        #expect(reply.record.text("ce_specversion") == "1.0")
        #expect(reply.record.text("ce_type") == "checkout.session.created")
        #expect(reply.record.text("ce_source")?.isEmpty == false)
        #expect(reply.record.text("content-type") == "application/json")
        #expect(reply.record.key == reply.requestID)
      }
      await reader.close()
    }
  }
}
