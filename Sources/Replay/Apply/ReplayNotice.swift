import CheckoutSession

/// What a run tells while it goes on.
public enum ReplayNotice: Sendable {
  /// It has begun, under this number.
  case began(run: Int64)
  /// A reply to a record of the canary.
  case canaryAnswered(PlanEntry, ReplayAnswer)
  /// The canary's replies are all there, and as predicted; so many.
  case canaryPassed(Int)
  /// No reply to these records of the canary.
  case canarySilent([PlanEntry])
  /// Records of runs that died were looked for in the request topic.
  case doubtsSettled(found: Int, notFound: Int)
  /// Another run that is alive has records of this plan; it is waited for.
  case waitingForRun(Int64, records: Int)
  /// So many are sent and not answered that it waits for replies before it sends more.
  case waitingForReplies(inFlight: Int)
  /// Everything is sent; it waits for the last replies.
  case allSent(unanswered: Int)
  /// How far it is.
  case progress(lines: Int, sent: Int, answered: Int)
}
