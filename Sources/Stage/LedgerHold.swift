import CheckoutSession
import Pacing

/// Calls the ledger until it works: while it is busy, full or restarting a stage holds, and nothing is taken, sent or lost.
public struct LedgerHold: Sendable {
  private let board: HoldingBoard
  private let isDraining: @Sendable () -> Bool
  private let wait: @Sendable (Duration) async throws -> Void
  private let onFailure: @Sendable (LedgerFailure, _ number: Int, _ againIn: Duration) -> Void
  private let onEnd: @Sendable (_ worked: Bool) -> Void
  private let backoff = BackoffPolicy(base: .milliseconds(100), cap: .seconds(5))

  /// - Parameters:
  ///   - board: is told when the hold begins and ends.
  ///   - isDraining: whether the stage is to end: then a call that fails is not repeated.
  ///   - wait: waits; may return early when a drain begins.
  ///   - onFailure: called after each failure, which is the `number`-th in a row of its call.
  ///   - onEnd: called once for each call that failed at first, when it has worked or was given up.
  public init(
    board: HoldingBoard, isDraining: @escaping @Sendable () -> Bool, wait: @escaping @Sendable (Duration) async throws -> Void,
    onFailure: @escaping @Sendable (LedgerFailure, _ number: Int, _ againIn: Duration) -> Void,
    onEnd: @escaping @Sendable (_ worked: Bool) -> Void = { _ in }
  ) {
    self.board = board
    self.isDraining = isDraining
    self.wait = wait
    self.onFailure = onFailure
    self.onEnd = onEnd
  }

  /// Calls `body` until it works. It must be safe to repeat: whether the call before it was carried out may not be known.
  /// - Returns: nil if it does not work and the stage is draining.
  /// - Throws: a ``LedgerFailure`` that is not transient; `CancellationError`.
  public func callAsFunction<Value: Sendable>(_ body: @Sendable () async throws(LedgerFailure) -> Value) async throws -> Value? {
    var failures = 0
    var worked = false
    defer { if failures > 0 { onEnd(worked) } }
    while true {
      let failure: LedgerFailure
      do {
        let value = try await body()
        worked = true
        board.end(.ledger)
        return value
      } catch {
        failure = error
      }
      guard failure.isTransient else { throw failure }
      try Task.checkCancellation()
      guard !isDraining() else { return nil }
      failures += 1
      board.begin(.ledger, .ledger(failure), detail: failure.message)
      let againIn = backoff.ceiling(attempt: failures)
      onFailure(failure, failures, againIn)
      try await wait(againIn)
    }
  }
}
