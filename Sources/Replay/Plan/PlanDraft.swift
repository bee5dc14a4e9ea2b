import CheckoutSession

/// A dead letter on its way into a plan.
public struct PlanDraft: Sendable {
  /// The dead letter.
  public var letter: DeadLetter
  /// What the operator wants; nil: the plan chooses.
  public var order: ReplayOrder?

  /// Makes a draft.
  public init(_ letter: DeadLetter, order: ReplayOrder? = nil) {
    self.letter = letter
    self.order = order
  }

  /// What it is rehearsed with. What is not to be sent is rehearsed as a retry, so that the operator sees what sending it would do.
  var rehearsedAction: ReplayAction { order.map { $0.action.isSending ? $0.action : .retry } ?? .retry }

  /// Whether others must reckon with its being sent.
  var mayBeSent: Bool { order?.action.isSending ?? true }
}
