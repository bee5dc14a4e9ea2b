import CheckoutSession
import Pacing
import Stage

/// How the create stage is doing at one moment, for readiness, status lines and gauges.
public struct CreationStatus: Sendable {
  /// A merchant whose requests are held because the gateway refuses its configuration.
  public struct Hold: Sendable {
    /// Index of the merchant.
    public var merchantIndex: Int
    /// What the gateway said last.
    public var failure: GatewayFailure
    /// Since when.
    public var since: Timestamp
  }

  /// What was done so far.
  public var statistics: CreationStatistics
  /// Requests on their way to the gateway.
  public var pacing: PacerSnapshot
  /// Batches that are worked on.
  public var batchesInFlight: Int
  /// Records taken and neither finished nor given up.
  public var recordsInFlight: Int
  /// Held merchants.
  public var holds: [Hold]
  /// What the stage waits for instead of going on, the oldest first; empty while everything works. Nothing is given up for any of it.
  public var holdings: [Holding]
  /// Whether the stage has been told to stop.
  public var isDraining: Bool

  /// Whether nobody gets a connection to the gateway.
  public var isGatewayUnreachable: Bool { holdings.contains { $0.reason == .gatewayUnreachable } }
}
