/// A decision to be recorded (`design/architecture.md`, "Order of writes", step 3).
public struct NewDecision: Hashable, Sendable {
  /// The generation that is decided.
  public var key: ClaimKey
  /// The decision.
  public var reply: DecidedReply
  /// How its session is to be watched; only with ``ReplyOutcome/created``. Nil: nobody will ask what became of it.
  public var watch: SessionWatch?

  /// Makes a decision.
  public init(key: ClaimKey, reply: DecidedReply, watch: SessionWatch? = nil) {
    self.key = key
    self.reply = reply
    self.watch = watch
  }
}
