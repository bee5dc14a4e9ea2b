import CheckoutSession

/// What an operator has said should be done about a dead letter.
public struct ReplayOrder: Hashable, Sendable {
  /// What.
  public var action: ReplayAction
  /// The JSON Merge Patch of an edit.
  public var patch: [UInt8]?
  /// Why it is dropped or skipped.
  public var reason: String?

  /// Makes an order.
  public init(_ action: ReplayAction, patch: [UInt8]? = nil, reason: String? = nil) {
    self.action = action
    self.patch = patch
    self.reason = reason
  }
}
