import Records
import Stage

/// Publishes requests again.
public protocol ReplaySink: Sendable {
  /// Publishes records and waits until each is acknowledged, or can no longer be: nothing of them is under way when this returns.
  ///
  /// It takes no longer than the time that ``ReplayApplyConfiguration/publishTimeout`` names.
  func publish(_ records: OutgoingRecords) async throws -> PublishReport
}
