import CheckoutSession

/// A session as the gateway knows it.
struct Truth: Sendable {
  var createdAt: Timestamp
  /// From when on it is usable.
  var usableAt: Timestamp
  /// How it ends.
  var end: SessionStatus
  /// When.
  var endsAt: Timestamp

  /// What a GET at a moment says.
  func outcome(of id: SessionID, at moment: Timestamp) -> Result<SessionSnapshot, GatewayFailure> {
    guard moment >= endsAt else {
      return .success(SessionSnapshot(sessionID: id, status: moment < usableAt ? .accepted : .created))
    }
    switch end {
    case .completed:
      return .success(
        SessionSnapshot(
          sessionID: id, status: .completed, payment: PaymentSummary(id: "pay-\(id.rawValue.suffix(4))", status: "COMPLETED", amount: 100)))
    case .failed:
      return .success(
        SessionSnapshot(sessionID: id, status: .failed, payment: PaymentSummary(id: "pay", status: "FAILED", error: "DECLINED")))
    case .canceled: return .failure(.sessionCanceled)
    case .notFound: return .failure(.notFound)
    default: return .failure(.sessionTimeout)
    }
  }
}

extension GatewayFailure {
  static let sessionTimeout = GatewayFailure(
    .permanent, .sessionTimeout, title: "SESSION_TIMEOUT", detail: "no longer valid", httpStatus: 401)
  static let sessionCanceled = GatewayFailure(.permanent, .sessionCanceled, title: "SESSION_CANCELED", detail: "canceled", httpStatus: 410)
  static let notFound = GatewayFailure(.permanent, .notFound, title: "NOT_FOUND", detail: "Session Id not found", httpStatus: 404)
  static let serverError = GatewayFailure(
    .transient, .serverError, title: "INTERNAL_ERROR", detail: "try again", httpStatus: 500, inDoubt: true)
  static let badAnswer = GatewayFailure(.transient, .badAnswer, title: "Bad answer", detail: "not JSON", httpStatus: 200)
  static let timedOutRequest = GatewayFailure(.transient, .requestTimeout, title: "Time-out", detail: "no answer in time", inDoubt: true)
  static let connectFailed = GatewayFailure(.transient, .connectFailed, title: "No connection", detail: "refused")
  static let tokenUnavailable = GatewayFailure(.transient, .tokenUnavailable, title: "No token", detail: "the token endpoint is away")
  static let tokenLate = GatewayFailure(.transient, .tokenLate, title: "Late token", detail: "waited too long")
  static let tokenExpired = GatewayFailure(.transient, .tokenExpired, title: "UNAUTHORIZED", detail: "'exp' claim expired", httpStatus: 401)
  static let unauthorized = GatewayFailure(.configuration, .unauthorized, title: "UNAUTHORIZED", detail: "invalid jwt", httpStatus: 401)
  static let forbidden = GatewayFailure(
    .configuration, .forbidden, title: "FORBIDDEN", detail: "Not allowed to access this session", httpStatus: 403)
  static let page = GatewayFailure(
    .configuration, .notFound, title: "NOT_FOUND", detail: "the answer is not the gateway's", httpStatus: 404)
  static func rateLimited(_ retryAfter: Duration?) -> GatewayFailure {
    GatewayFailure(.transient, .rateLimited, title: "TOO_MANY", detail: "slow down", httpStatus: 429, retryAfter: retryAfter)
  }
}
