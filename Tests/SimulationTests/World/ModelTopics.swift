import CheckoutSession

/// What is in the topics that others read.
struct ModelTopics {
  /// Records of the request topic, by partition and offset, that have a reply.
  var answered: Set<[Int]> = []
  /// Those that have a dead letter.
  var lettered: Set<[Int]> = []
  /// Those that need one.
  var toBeLettered: Set<[Int]> = []
  /// Records that once were to have one, and were then answered otherwise.
  var excused: Set<[Int]> = []
  /// The first reply of each kind.
  var replies: [ModelReply.Kind: [UInt8]] = [:]
  /// Sessions whose URL was published, by request id.
  var sessions: [String: [SessionID]] = [:]
  /// All of them.
  var published: Set<SessionID> { sessions.values.reduce(into: []) { $0.formUnion($1) } }
  /// Status events in their order.
  var events: [ModelEvent] = []
}
