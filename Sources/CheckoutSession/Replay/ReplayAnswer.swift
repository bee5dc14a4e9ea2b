/// The reply to a replayed request, as far as history keeps it.
public struct ReplayAnswer: Hashable, Sendable {
  /// How the request ended.
  public var outcome: ReplyOutcome
  /// The generation that the reply speaks of.
  public var generation: Int
  /// `error.code` of the reply; nil with ``ReplyOutcome/created``.
  public var errorCode: String?

  /// Makes an answer.
  public init(outcome: ReplyOutcome, generation: Int, errorCode: String? = nil) {
    self.outcome = outcome
    self.generation = generation
    self.errorCode = errorCode
  }
}
