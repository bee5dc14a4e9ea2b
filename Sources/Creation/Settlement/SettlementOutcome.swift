import CheckoutSession

/// What became of a group of settlements.
struct SettlementOutcome: Sendable {
  /// Replies (and dead letters) that the broker has acknowledged.
  var published: [Settlement] = []
  /// URLs that are dead, or that nobody has seen and that live too short: a new generation is wanted.
  var toRenew: [Settlement] = []
  /// URLs that somebody may have and that live too short to be published again, and when they are surely dead.
  var toPutOff: [(Settlement, Timestamp)] = []
  /// What earlier runs decided, and what cannot be judged before it is known what time it is.
  var toAwaitTime: [Settlement] = []
}
