import CheckoutSession
import Testing

/// What must be true of everything that was ever published, whatever happened.
enum Promises {
  /// One `ce_id` and one URL for each generation of a request; never two live URLs for a request; none that is about to die.
  static func check(_ world: World, minimumLife: Duration = .seconds(300), _ location: SourceLocation = #_sourceLocation) throws {
    for (id, replies) in try world.repliesByID() {
      var generations: [Int: Set<String>] = [:]
      var urls: [(url: String, endsAt: Timestamp)] = []
      for reply in replies {
        let value = try reply.reply
        guard value.outcome == "CREATED" else { continue }
        generations[value.generation, default: []].insert(reply.header("ce_id") ?? "none")
        let url = try #require(value.hostedUrl, sourceLocation: location)
        let endsAt = try #require(value.expiresAt.flatMap { Timestamp(rfc3339: $0) }, sourceLocation: location)
        #expect(endsAt - reply.at >= minimumLife - .milliseconds(50), "\(id): published with too little left", sourceLocation: location)
        for earlier in urls where earlier.url != url {
          #expect(earlier.endsAt <= reply.at, "\(id): two URLs are alive", sourceLocation: location)
        }
        urls.append((url, endsAt))
        let known = world.gateway.sessions.contains { $0.session.hostedURL == url }
        #expect(known, "\(id): a URL that the gateway does not know", sourceLocation: location)
      }
      #expect(generations.values.allSatisfy { $0.count == 1 }, "\(id): one generation, several ce_ids", sourceLocation: location)
    }
  }
}
