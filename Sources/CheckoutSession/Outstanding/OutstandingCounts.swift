/// The outstanding sessions in numbers at one moment.
public struct OutstandingCounts: Hashable, Sendable {
  /// All of them, those with an unpublished event too.
  public var outstanding: Int
  /// Those that are due and that nobody has leased: the backlog.
  public var due: Int
  /// Those that are ``SessionStatus/unresolved``: a person must look.
  public var unresolved: Int
  /// When the next one becomes due, or a lease ends; nil if nothing is outstanding. In the past if something is due.
  public var nextDueAt: Timestamp?

  /// Makes counts.
  public init(outstanding: Int, due: Int, unresolved: Int, nextDueAt: Timestamp?) {
    self.outstanding = outstanding
    self.due = due
    self.unresolved = unresolved
    self.nextDueAt = nextDueAt
  }
}
