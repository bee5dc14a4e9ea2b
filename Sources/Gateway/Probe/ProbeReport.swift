import CheckoutSession

/// What ``GatewayClient/probe()`` found, for `checkout-worker check`: one finding per thing that was tried.
public struct ProbeReport: Sendable {
  /// One thing that was tried.
  public struct Finding: Sendable {
    /// What it is, e.g. `gateway api.example:443` or `token of merchant main`.
    public var subject: String
    /// Why it does not work; nil if it does. The class says whose move it is: configuration or, if transient, a matter of time.
    public var failure: GatewayFailure?
  }

  /// The gateway's connection first, then each different token.
  public var findings: [Finding]

  /// Whether everything works.
  public var isSuccess: Bool { findings.allSatisfy { $0.failure == nil } }
}
