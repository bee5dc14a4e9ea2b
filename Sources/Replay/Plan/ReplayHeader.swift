/// The headers that a replayed request has beside its own (`contract/messages.md`, "Dead-letter headers"; the last two are ours alone).
public enum ReplayHeader {
  /// The dead letter's place, `<topic>/<partition>/<offset>`.
  public static let of = "checkout-replay-of"
  /// How often the request has been replayed with this time, as text.
  public static let count = "checkout-replay-count"
  /// SHA-256 of the body that failed, in hexadecimal digits, when another one is sent in its place.
  public static let replaces = "checkout-replay-replaces"
  /// `true` when a new session is wanted although the identity has had one.
  public static let newSession = "checkout-replay-new-session"
  /// What names the request if its own headers do not.
  public static let requestID = "request-id"
  /// What names the request, if it is there, before ``requestID``.
  public static let cloudEventsID = "ce_id"

  /// Beginnings of the names that a dead letter has and a request has not.
  static let deadLetterPrefixes = ["kafka_dlt-", "checkout-"]
}
