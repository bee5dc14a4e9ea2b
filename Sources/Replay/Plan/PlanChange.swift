import CheckoutSession

/// What an operator wants changed in a plan: one order for every line that a filter means.
public struct PlanChange: Sendable {
  private let order: ReplayOrder
  private let filter: DeadLetterFilter

  /// Makes a change.
  public init(_ order: ReplayOrder, for filter: DeadLetterFilter = DeadLetterFilter()) {
    self.order = order
    self.filter = filter
  }

  /// What is wanted for a dead letter; nil: what its line says.
  func order(for letter: DeadLetter) -> ReplayOrder? { filter.matches(letter) ? order : nil }

  /// What is wanted for a line whose dead letter has been removed, and that can be done without it: to drop it, or to leave it. Nil: what the line says.
  func orderWithoutLetter(for entry: PlanEntry) -> ReplayOrder? {
    (order.action == .drop || order.action == .skip) && isMeant(entry) ? order : nil
  }

  /// Whether a line is meant, as far as the line itself tells.
  func isMeant(_ entry: PlanEntry) -> Bool { filter.matches(entry) }
}
