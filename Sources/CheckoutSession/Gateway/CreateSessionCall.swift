/// One `POST /sessions` to make.
public struct CreateSessionCall: Sendable {
  /// The caller's name for this call; comes back with the result.
  public var id: UInt64
  /// Index of the merchant in the configuration's order; decides `X-Merchant-Id`, `X-Upstream-Env` and the token.
  public var merchantIndex: Int
  /// The body, sent byte for byte.
  public var body: ArraySlice<UInt8>
  /// Continued in the call's `traceparent` and `tracestate`.
  public var traceContext: TraceContext?

  /// Makes a call.
  public init(id: UInt64, merchantIndex: Int, body: ArraySlice<UInt8>, traceContext: TraceContext? = nil) {
    self.id = id
    self.merchantIndex = merchantIndex
    self.body = body
    self.traceContext = traceContext
  }
}

/// What became of one ``CreateSessionCall``.
public struct CreateSessionResult: Sendable {
  /// ``CreateSessionCall/id``.
  public var id: UInt64
  /// The session, or why there is none.
  public var outcome: Result<CreatedSession, GatewayFailure>

  /// Makes a result.
  public init(id: UInt64, outcome: Result<CreatedSession, GatewayFailure>) {
    self.id = id
    self.outcome = outcome
  }
}
