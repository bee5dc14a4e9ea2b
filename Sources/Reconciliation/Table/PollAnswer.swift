import CheckoutSession

/// What the gateway said to one poll, reduced to what decides about a session's status (`contract/gateway.md`, "GET /sessions/{id}" and "Errors").
public enum PollAnswer: Hashable, Sendable {
  /// 200, with the moment at which the session runs out if the answer names one.
  case status(GatewayStatus, expiresAt: Timestamp?)
  /// 401 SESSION_TIMEOUT.
  case timedOut
  /// 410.
  case canceled
  /// 404.
  case notFound
  /// Nothing that says anything of the session: 429, 5xx, a time-out, an answer that breaks the contract, or no connection.
  case silence
  /// 401 for a good token, 403, or a 404 that is not the gateway's: the configuration is at fault and not the session.
  case refused

  /// Reduces the outcome of a call.
  public init(_ outcome: Result<SessionSnapshot, GatewayFailure>) {
    switch outcome {
    case .success(let snapshot): self = .status(snapshot.status, expiresAt: snapshot.expiresAt)
    case .failure(let failure):
      switch (failure.failureClass, failure.code) {
      // Tokens that expire again and again although each is new: two programs that renew one token for each other, say.
      case (.configuration, _), (_, .tokenExpired): self = .refused
      case (.permanent, .sessionTimeout): self = .timedOut
      case (.permanent, .sessionCanceled): self = .canceled
      case (.permanent, .notFound): self = .notFound
      default: self = .silence
      }
    }
  }
}
