/// Lines of a plan, predicted anew.
public struct PlanRevision: Sendable {
  /// The lines, in their order.
  public var entries: [PlanEntry]
  /// Lines that a ``PlanChange`` was for and could be made in.
  public var changedCount = 0
  /// Lines whose dead letters cannot be read any more.
  public var unreadableCount = 0
  /// Of those, lines that a ``PlanChange`` was for and that stay as they are, because what it wants cannot be done without the dead letter.
  public var unreadableMeantCount = 0

  /// Begins with lines as they are.
  public init(entries: [PlanEntry]) { self.entries = entries }

  /// Adds up what became of other lines of the same plan, without the lines.
  public mutating func add(countsOf other: PlanRevision) {
    changedCount += other.changedCount
    unreadableCount += other.unreadableCount
    unreadableMeantCount += other.unreadableMeantCount
  }
}
