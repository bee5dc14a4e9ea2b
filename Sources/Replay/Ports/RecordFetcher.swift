import CheckoutSession
import Records

/// Reads single records by their places: the request records that dead letters refer to, and the dead letters of a plan.
public protocol RecordFetcher: Sendable {
  /// The records at these places, in their order.
  ///
  /// Places near each other are read in one go, so ask for many at a time, and in the order of their offsets if there is a choice.
  /// - Throws: when the topic cannot be read at all.
  func fetch(_ places: [RecordCoordinate]) async throws -> [FetchedRecord]
}
