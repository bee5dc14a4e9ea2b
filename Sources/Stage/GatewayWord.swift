import CheckoutSession

/// What the end of one call says about the gateway itself, whatever it says about the request (`contract/gateway.md`, "Errors").
public enum GatewayWord: Hashable, Sendable {
  /// It works: a session, or a rejection of this very request.
  case usable
  /// It answers, and says nothing about whether it works: credentials or rights are refused.
  case refused
  /// It takes nothing now: 429.
  case throttled
  /// It took the request and gave no usable answer: 5xx, a time-out, a reset, an answer that breaks the contract.
  case unusable
  /// There was no connection.
  case unconnected
  /// Nobody was asked: there was no token, no room, or the call was cancelled.
  case none

  /// What a failed call says.
  public init(_ failure: GatewayFailure) {
    self =
      switch (failure.failureClass, failure.code) {
      case (.permanent, _): .usable
      case (.configuration, _), (_, .tokenExpired): .refused
      case (_, .connectFailed): .unconnected
      case (_, .rateLimited): .throttled
      case (_, .canceled): .none
      default: failure.neverLeft ? .none : .unusable
      }
  }
}
