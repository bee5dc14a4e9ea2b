/// One record, reduced to what an audit needs of it: no URL, no body, no customer's data.
public enum AuditFact: Hashable, Sendable {
  /// A record of the request topic, valid or not.
  case request(AuditedRequest)
  /// A record of a reply topic.
  case reply(AuditedReply)
  /// A record of the status topic.
  case event(AuditedEvent)
  /// A record of the dead-letter topic.
  case deadLetter(AuditedDeadLetter)
  /// A record that is not what belongs into its topic.
  case unreadable(AuditPlace)
}
