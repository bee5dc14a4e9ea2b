import CheckoutSession

/// Why the create stage ended before it was told to.
public struct CreationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for programs. Open.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The gateway refuses a merchant's credentials or rights, and the stage was told to end for that.
    public static let refused = Code(rawValue: "GATEWAY_REFUSED")
  }

  /// What happened, for programs.
  public var code: Code
  /// What happened, for people.
  public var message: String
  /// What the gateway said.
  public var gatewayFailure: GatewayFailure?

  /// `CODE: message`.
  public var description: String { "\(code.rawValue): \(message)" }
}
