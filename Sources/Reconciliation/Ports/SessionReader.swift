import CheckoutSession

/// Who makes the `GET /sessions/{id}` calls: the gateway client in production.
///
/// Works in batches and by callback, because one asynchronous hop per call would cost more than the call (`design/facts.md`).
public protocol SessionReader: Sendable {
  /// Starts every call at once; pacing is the caller's business. Never blocks.
  /// - Parameter completion: gets each call's result exactly once, in groups as they come, on a thread that it must not block.
  ///   It may call `startReads` again.
  func startReads(_ calls: [ReadSessionCall], completion: @escaping @Sendable ([ReadSessionResult]) -> Void)

  /// Ends all calls that are under way; their results say `CANCELED`.
  func cancelAll()
}
