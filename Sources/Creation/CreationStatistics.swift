import CheckoutSession
import Stage

/// What the create stage has done so far, in records unless said otherwise.
public struct CreationStatistics: Hashable, Sendable {
  /// Taken from the request topic.
  public var consumed = 0
  /// Replies acknowledged by the broker, by outcome.
  public var replies: [ReplyOutcome: Int] = [:]
  /// Dead letters acknowledged by the broker.
  public var deadLetters = 0
  /// Replies among them that repeat a decision of an earlier record or run.
  public var repeatedReplies = 0
  /// Requests found in doubt when they were claimed: an earlier run left no result.
  public var inDoubt = 0
  /// New generations begun because an earlier URL lived too short.
  public var renewed = 0
  /// Requests that wait for an earlier URL of theirs to die.
  public var putOff = 0
  /// Requests left to the next run when this one was told to stop.
  public var abandoned = 0
  /// Batches taken.
  public var batches = 0
  /// Why the run has ended by itself before everything was done, if it has: nothing came of waiting (`standstillTimeout`).
  public var standstill: HoldingReason?

  /// Makes empty statistics.
  public init() {}

  /// All replies.
  public var repliesTotal: Int { replies.values.reduce(0, +) }
}
