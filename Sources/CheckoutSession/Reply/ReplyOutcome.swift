/// How a request ended (`contract/messages.md`, "Reply value").
public enum ReplyOutcome: String, Hashable, Sendable, CaseIterable {
  /// A session exists and its URL is in the reply.
  case created = "CREATED"
  /// The request can never work.
  case rejected = "REJECTED"
  /// Its `ce_expirytime` passed first.
  case expired = "EXPIRED"
  /// Given up after retries; it is in the dead-letter topic and can be replayed.
  case failed = "FAILED"

  /// The CloudEvents type of such a reply, `checkout.session.created` and so on.
  public var cloudEventsType: String { "checkout.session.\(rawValue.lowercased())" }
}
