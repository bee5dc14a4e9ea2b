/// The lines of a plan, in their order.
public protocol PlanSource: Sendable {
  /// The next lines, `max` at most; empty at the end. Calls do not overlap.
  /// - Throws: for a line that cannot be read, or when the plan is no longer the one that was read first.
  func next(_ max: Int) async throws -> [PlanEntry]
}
