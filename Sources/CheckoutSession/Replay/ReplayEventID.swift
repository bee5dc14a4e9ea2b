/// Ids of the events that tell who applied which plan (`replay.auditTopic`).
public enum ReplayEventID {
  /// The `ce_id` of an event: the same whenever the same thing is told of, so that consumers can drop one that they have.
  public static func make(_ parts: [String]) -> String { StableID.make(purpose: "checkout-replay-event/1", parts: parts) }
}
