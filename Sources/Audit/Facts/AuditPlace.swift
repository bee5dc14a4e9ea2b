import CheckoutSession

/// Where a record that is audited stands, and when it was written.
public struct AuditPlace: Hashable, Sendable {
  /// Topic, partition and offset.
  public var coordinate: RecordCoordinate
  /// The record's timestamp: its producer's clock, or the broker's, as the topic is configured.
  public var at: Timestamp

  /// Makes a place.
  public init(_ coordinate: RecordCoordinate, at: Timestamp) {
    self.coordinate = coordinate
    self.at = at
  }
}
