import CheckoutSession

/// The replies to replayed requests, as they come. Others in the same topics are left out.
public protocol ReplyFeed: Sendable {
  /// Begins to listen: to what comes from now on, and to what has come since a moment. Called once, before anything is sent.
  func begin(since: Timestamp?) async throws
  /// The next replies, waiting for them as long as it takes; called by one task, which may be cancelled.
  func next() async throws -> [ReplayReply]
}

/// A reply to a replayed request.
public struct ReplayReply: Hashable, Sendable {
  /// Which request.
  public var mark: ReplayMark
  /// What it says.
  public var answer: ReplayAnswer

  /// Makes a reply.
  public init(mark: ReplayMark, answer: ReplayAnswer) {
    self.mark = mark
    self.answer = answer
  }
}
