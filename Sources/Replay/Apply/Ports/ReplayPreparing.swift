/// Makes of a plan's lines what is to be done about them now.
public protocol ReplayPreparing: Sendable {
  /// One for each line, in order. Nothing is changed by it, so it runs ahead of the sending.
  /// - Throws: when topics or ledger cannot be read at all.
  func prepare(_ entries: [PlanEntry]) async throws -> [PreparedReplay]
}
