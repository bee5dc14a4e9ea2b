/// Where it is told who applied what (`replay.auditTopic`).
public protocol ReplayAuditTrail: Sendable {
  /// Publishes events and waits for the acknowledgements.
  /// - Throws: if one was not acknowledged; all of them may be published again, under the same ids.
  func publish(_ events: [ReplayAuditEvent]) async throws
}
