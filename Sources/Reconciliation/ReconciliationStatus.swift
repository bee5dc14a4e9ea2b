import CheckoutSession
import Pacing
import Stage

/// How the reconcile stage is doing at one moment, for readiness, status lines and gauges.
public struct ReconciliationStatus: Sendable {
  /// A merchant whose sessions are not polled because the gateway refuses them, or because there is no token for it.
  public struct Hold: Sendable {
    /// Index of the merchant.
    public var merchantIndex: Int
    /// What was said last.
    public var failure: GatewayFailure
    /// Since when.
    public var since: Timestamp
  }

  /// What was done so far.
  public var statistics: ReconciliationStatistics
  /// The ledger's outstanding sessions, when they were last counted (every few seconds); nil before the first time.
  public var counts: OutstandingCounts?
  /// Polls on their way to the gateway.
  public var pacing: PacerSnapshot
  /// Sessions in hand: leased, and neither settled nor given back.
  public var sessionsInHand: Int
  /// Sessions whose results are being recorded and published.
  public var settling: Int
  /// Merchants that are held.
  public var holds: [Hold]
  /// What the stage waits for instead of going on, the oldest first; empty while everything works.
  public var holdings: [Holding]
  /// Whether the stage has been told to stop.
  public var isDraining: Bool

  /// Sessions outstanding, when they were last counted.
  public var outstanding: Int { counts?.outstanding ?? 0 }
  /// Sessions due that nobody has leased, when they were last counted: the backlog.
  public var due: Int { counts?.due ?? 0 }
  /// Polls under way.
  public var inFlight: Int { pacing.inFlight }
  /// Outstanding sessions that are UNRESOLVED, when they were last counted.
  public var unresolved: Int { counts?.unresolved ?? 0 }
  /// Whether nobody gets through to the gateway.
  public var isGatewayUnreachable: Bool { holdings.contains { $0.reason == .gatewayUnreachable } }
}
