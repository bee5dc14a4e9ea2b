import CheckoutSession
import Metrics

/// The ledger's metrics, one update a call.
///
/// | name | kind | labels | |
/// |---|---|---|---|
/// | `checkout_ledger_operation_seconds` | timer | `operation` | from the call to its answer: waiting for the writer, the transaction, the disk |
/// | `checkout_ledger_failures_total` | counter | `operation`, `code` | calls that failed |
/// | `checkout_ledger_queued_calls` | gauge | – | calls that wait or run, of at most `queuedCallsMax` |
struct LedgerMetrics: Sendable {
  private let timers: [LedgerOperation: Timer]
  private let queuedCalls: Gauge
  private let factory: any MetricsFactory

  /// Metrics made by `factory`.
  init(factory: any MetricsFactory) {
    self.factory = factory
    timers = Dictionary(
      uniqueKeysWithValues: LedgerOperation.allCases.map {
        ($0, Timer(label: "checkout_ledger_operation_seconds", dimensions: [("operation", $0.rawValue)], factory: factory))
      })
    queuedCalls = Gauge(label: "checkout_ledger_queued_calls", factory: factory)
  }

  /// A call ended.
  func ended(_ operation: LedgerOperation, after duration: Duration, failure: LedgerFailure?) {
    let (seconds, attoseconds) = duration.components
    timers[operation]?.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    guard let failure else { return }
    Counter(
      label: "checkout_ledger_failures_total", dimensions: [("operation", operation.rawValue), ("code", failure.code.rawValue)],
      factory: factory
    ).increment()
  }

  /// So many calls wait or run now.
  func queued(_ count: Int) { queuedCalls.record(count) }
}
