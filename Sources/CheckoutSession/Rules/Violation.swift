/// One rule that a request breaks. Holds nothing of the customer's data.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
  /// JSON path of the member at fault, `payment.amount`; `$` for the whole request.
  public var path: String
  /// What the member must be: `must be …`.
  public var requirement: String
  /// What it is instead: its kind and size, or its value where that is harmless.
  public var got: String

  /// Makes a violation.
  public init(path: String, requirement: String, got: String) {
    self.path = path
    self.requirement = requirement
    self.got = got
  }

  /// `payment.amount: must be an integer number of cents between 1 and 99999999, got 12.5`.
  public var description: String { "\(path): \(requirement), got \(got)" }
}
