/// Why a line of a plan cannot be used: the member at fault and what was expected there.
public struct PlanLineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The member, `error.class` for instance; nil if it is the line as a whole.
  public var member: String?
  /// What was found and what was expected.
  public var message: String

  /// Makes an error.
  public init(_ member: String?, _ message: String) {
    self.member = member
    self.message = message
  }

  /// `action: expected …`.
  public var description: String { member.map { "\($0): \(message)" } ?? message }
}
