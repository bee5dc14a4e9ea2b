import CheckoutSession

/// Who makes the `POST /sessions` calls: the gateway client in production.
///
/// Works in batches and by callback, because one asynchronous hop per call would cost more than the call (`design/facts.md`).
public protocol SessionCreator: Sendable {
  /// Starts every call at once; pacing is the caller's business. Never blocks.
  /// - Parameter completion: gets each call's result exactly once, in groups as they come, on a thread that it must not block.
  ///   It may call `start` again.
  func start(_ calls: [CreateSessionCall], completion: @escaping @Sendable ([CreateSessionResult]) -> Void)

  /// Whether the time of day that sessions are judged by is known: until the gateway has answered for the first time, this host's clock may be wrong unseen.
  var isTimeKnown: Bool { get }

  /// Makes one call only to hear what time it is at the gateway; pacing is the caller's business. Never blocks.
  /// - Parameter completion: called once, whatever came of it, on a thread that it must not block.
  func askTime(merchantIndex: Int, completion: @escaping @Sendable () -> Void)

  /// Ends all calls that are under way; their results say `CANCELED`, and whether they are in doubt.
  func cancelAll()
}
