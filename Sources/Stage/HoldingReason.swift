import CheckoutSession

/// Why a stage holds what it has and goes no further. Open: a ledger's and a broker's own error names are reasons too.
public struct HoldingReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for programs, in capitals.
  public let rawValue: String

  /// Makes a reason from its name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Connections to the gateway fail.
  public static let gatewayUnreachable = HoldingReason(rawValue: "GATEWAY_UNREACHABLE")
  /// The gateway gives no usable answer: only 5xx, time-outs and resets.
  public static let gatewayFailing = HoldingReason(rawValue: "GATEWAY_FAILING")
  /// The gateway answers nothing but 429.
  public static let gatewayThrottling = HoldingReason(rawValue: "GATEWAY_THROTTLING")
  /// The gateway refuses the credentials or rights of every merchant.
  public static let credentialsRefused = HoldingReason(rawValue: "CREDENTIALS_REFUSED")

  /// The ledger cannot be used: `LEDGER_BUSY`, `LEDGER_FULL`, `LEDGER_UNAVAILABLE` ….
  public static func ledger(_ failure: LedgerFailure) -> HoldingReason {
    HoldingReason(rawValue: prefixed(failure.code.rawValue, with: "LEDGER_"))
  }

  /// The broker takes nothing: `BROKER_` and its or the client's error name.
  public static func broker(_ failure: PublishReport.Failure) -> HoldingReason {
    HoldingReason(rawValue: prefixed(failure.code.uppercased(), with: "BROKER_"))
  }

  private static func prefixed(_ name: String, with prefix: String) -> String { name.hasPrefix(prefix) ? name : prefix + name }

  /// The name.
  public var description: String { rawValue }
}
