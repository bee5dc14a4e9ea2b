/// What a run works with.
public struct ReplayApplyPorts: Sendable {
  /// Makes the plan's lines ready.
  public var preparer: any ReplayPreparing
  /// Knows who sent what.
  public var ledger: any ReplayLedger
  /// Publishes.
  public var sink: any ReplaySink
  /// Where the requests stand.
  public var topic: any RequestTopic
  /// Where the replies come from; begins before anything is sent.
  public var replies: any ReplyFeed
  /// Where it is told; nil: nowhere.
  public var auditTrail: (any ReplayAuditTrail)?

  /// Names the ports.
  public init(
    preparer: any ReplayPreparing, ledger: any ReplayLedger, sink: any ReplaySink, topic: any RequestTopic, replies: any ReplyFeed,
    auditTrail: (any ReplayAuditTrail)? = nil
  ) {
    self.preparer = preparer
    self.ledger = ledger
    self.sink = sink
    self.topic = topic
    self.replies = replies
    self.auditTrail = auditTrail
  }
}
