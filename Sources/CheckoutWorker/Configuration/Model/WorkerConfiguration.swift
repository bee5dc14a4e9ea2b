/// The whole configuration, checked and complete: environment defaults filled in, credentials found, every value in its range.
///
/// It comes from ``ConfigurationLoader``. What each key means, its default and its range stand in `config/reference.md`, which is generated from the
/// same table that reads the keys (`ConfigurationSchema`).
public struct WorkerConfiguration: Sendable, Equatable {
  /// Brokers, group and topics.
  public var kafka: Kafka
  /// The gateway's REST interface.
  public var gateway: Gateway
  /// In whose name sessions are made.
  public var merchants: Merchants
  /// The create stage.
  public var creation: Creation
  /// The reconcile stage.
  public var reconciliation: Reconciliation
  /// Dead letters.
  public var deadLetters: DeadLetters
  /// Sending dead letters again.
  public var replay: Replay
  /// The ledger.
  public var ledger: Ledger
  /// The admin endpoint.
  public var admin: Admin
  /// Logging.
  public var log: Log
}
