import CheckoutSession
import Records

/// A request as it would be sent again.
public struct ReplayRequest: Sendable {
  /// The record: key, value and headers to publish. Its place is that of the request that failed, which names a request that has no other name.
  public var record: StoredRecord
  /// Hash of its value; nil for a tombstone.
  public var bodyHash: BodyHash?
  /// Hash of the value as it failed; nil for a tombstone.
  public var originalHash: BodyHash?
}
