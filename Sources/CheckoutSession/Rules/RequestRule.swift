/// One rule of `contract/gateway.md`, "POST /sessions - request": where it applies, what it asks for in words, and the check.
public struct RequestRule: Sendable {
  /// The object that a rule is about.
  enum Scope: String, Sendable {
    case root = ""
    case customer
    case payment
    case paymentMethod
    case agent
    case config
    case channel = "config.paymentMethodChannel"
  }

  /// How a rule is checked.
  enum Check: Sendable {
    /// The member must be there, and not null, wherever this holds.
    case presence(@Sendable (RequestParts) -> Bool)
    /// The member must pass, wherever it is there and not null.
    case value(@Sendable (JSONValue) -> Bool)
    /// The member must pass in the light of the rest of the request; it may be absent. Given: the member and the request.
    case relation(@Sendable (JSONValue?, RequestParts) -> Bool)
  }

  /// What a message may say of the value at fault.
  enum Echo: Sendable {
    /// Kind and size. Everything that may hold a customer's data.
    case shape
    /// A number as it is written, if it is short.
    case number
    /// Names in capitals, as modes and channels are.
    case names
    /// Which limit of ``MetadataLimits`` is broken.
    case metadata
  }

  let scope: Scope
  /// The member's name in ``scope``.
  let member: String
  /// JSON path of what the rule is about, `payment.amount`.
  public let path: String
  /// What is asked for: `must be …`.
  public let requirement: String
  let echo: Echo
  let check: Check

  init(_ scope: Scope, _ member: String, _ requirement: String, echo: Echo = .shape, _ check: Check) {
    self.scope = scope
    self.member = member
    path = scope == .root ? member : "\(scope.rawValue).\(member)"
    self.requirement = requirement
    self.echo = echo
    self.check = check
  }

  /// What of this rule `parts` breaks; nil if nothing.
  func violation(in parts: RequestParts) -> Violation? {
    // A scope that is absent, or no object, is the business of the rules about the scope itself.
    guard let object = parts.place(of: scope), parts.document.tape[object].kind == .object else { return nil }
    let place = parts.document.member(member, of: object)
    let present = place.flatMap { parts.document.tape[$0].kind == .null ? nil : $0 }
    let passes: Bool
    switch check {
    case .presence(let isRequired): passes = present != nil || !isRequired(parts)
    case .value(let holds): passes = present.map { holds(parts.value(at: $0)) } ?? true
    case .relation(let holds): passes = holds(present.map(parts.value), parts)
    }
    return passes ? nil : Violation(path: path, requirement: requirement, got: echo.describe(place.map(parts.value)))
  }
}
