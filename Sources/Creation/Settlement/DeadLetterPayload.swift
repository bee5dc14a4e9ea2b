/// What a dead letter carries as its value (`deadLetters.payload`).
public enum DeadLetterPayload: String, Hashable, Sendable, CaseIterable {
  /// Where the request stands and the hash of its value, but not the value: no customer data leaves the request topic.
  case reference
  /// The request's value, byte for byte.
  case full
  /// The request's value with the customer's members masked: for reading, not for replay.
  case redacted
}
