/// A mistake that somebody could make in the stages or in a ledger. Each is put into the model on purpose, to prove that the checks can fail.
enum Mutation: String, CaseIterable, Sendable {
  /// Offsets are committed when the replies are on their way, and not when they have arrived.
  case commitBeforePublish
  /// The ledger hears of a decision only once its reply is published.
  case recordAfterPublish
  /// The ledger lets a later decision replace an earlier one.
  case noCompareAndSet
  /// What the broker refuses or does not acknowledge counts as published.
  case publishWithoutAcknowledgement
  /// A URL is published however short it still lives.
  case noMinimumLifetime
  /// A URL that lives too short is replaced at once, whoever may have it.
  case renewWhileAlive
  /// An event is marked when it is recorded, and not when it is published.
  case markEventBeforePublish
  /// A session that is recorded is not watched.
  case forgetsToWatch
  /// The ledger lets a URL be replaced that is not marked as published although another worker was told of it and has published it.
  case forgetsWhomItTold
  /// The ledger begins a new session for ops while the last one is open.
  case newSessionWhileAlive
  /// A URL that is erased counts as dead, whatever the clock of who erased it said.
  case erasedMeansDead
  /// Silence after the deadline ends a session.
  case silenceEnds
}
