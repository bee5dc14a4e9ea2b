/// What can be done about a dead letter (`checkout-error-class`, `contract/messages.md`, "Dead-letter headers").
public enum DeadLetterClass: String, Hashable, Sendable, CaseIterable {
  /// The request can never work as it is.
  case permanent
  /// The same request may work later.
  case transient
  /// The same request works once somebody has changed the configuration.
  case configuration
}
