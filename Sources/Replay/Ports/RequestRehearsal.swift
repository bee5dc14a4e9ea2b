import CheckoutSession
import Records

/// Finds out what the worker would do with request records, by running its own code without effects.
public protocol RequestRehearsal: Sendable {
  /// A result for each, in order. The second request of an identity in one call sees what the first one would have done.
  ///
  /// A record's place names its request if nothing else does, as in the worker.
  func rehearse(_ records: [StoredRecord]) async throws(LedgerFailure) -> [RehearsedRequest]
}
