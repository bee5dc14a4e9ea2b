extension WorkerConfiguration {
  /// Dead letters: `deadLetters.*`, `contract/messages.md`.
  public struct DeadLetters: Sendable, Equatable {
    /// What a dead letter carries of the request.
    public var payload: Payload = .reference

    /// What a dead letter carries of the request.
    public enum Payload: String, Sendable, CaseIterable {
      /// Only where the request lies: topic, partition, offset. No customer data is copied.
      case reference
      /// The request's bytes as they came.
      case full
      /// The request without its customer data.
      case redacted
    }
  }
}
