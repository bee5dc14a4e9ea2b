import CheckoutSession

/// A record of the dead-letter topic (`contract/messages.md`, "Dead-letter headers"): it names its request by its place.
public struct AuditedDeadLetter: Hashable, Sendable {
  /// Where it stands.
  public var place: AuditPlace
  /// Where its request stands: `kafka_dlt-original-topic`, `-partition`, `-offset`.
  public var request: RecordCoordinate

  /// Makes a dead letter.
  public init(place: AuditPlace, request: RecordCoordinate) {
    self.place = place
    self.request = request
  }
}
