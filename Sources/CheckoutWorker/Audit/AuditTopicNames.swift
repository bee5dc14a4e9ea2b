/// The topics of an audit by what is in them.
struct AuditTopicNames: Hashable, Sendable {
  var requests: String
  var replies: String
  /// Every other topic that requests may name for their reply.
  var otherReplies: [String] = []
  var status: String
  var deadLetters: String

  /// Every topic that replies may be in.
  var allReplies: [String] { [replies] + otherReplies }
  /// All of them, each once.
  var all: [String] { [requests] + allReplies + [status, deadLetters] }
}
