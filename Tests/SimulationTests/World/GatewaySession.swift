import CheckoutSession

/// A session as the gateway knows it. Times are milliseconds since the beginning of the world.
struct GatewaySession {
  let name: SessionName
  /// When the request for it left.
  let askedAt: Int64
  /// When it was made.
  let madeAt: Int64
  /// From when on a GET finds it.
  let visibleAt: Int64
  /// From when on it is usable.
  let usableAt: Int64
  /// How it ends.
  let end: SessionStatus
  /// When.
  let endsAt: Int64

  /// What a GET says at a moment.
  func outcome(at now: Int64) -> Result<SessionSnapshot, GatewayFailure> {
    guard now >= visibleAt else { return .failure(.noSuchSession) }
    guard now >= endsAt else {
      return .success(SessionSnapshot(sessionID: name.id, status: now < usableAt ? .accepted : .created))
    }
    switch end {
    case .completed: return .success(SessionSnapshot(sessionID: name.id, status: .completed, payment: PaymentSummary(id: "p")))
    case .failed: return .success(SessionSnapshot(sessionID: name.id, status: .failed))
    case .canceled: return .failure(.sessionCanceled)
    default: return .failure(.sessionTimedOut)
    }
  }
}

/// Id and URL of the n-th session of a world; made once for all worlds, because checking a UUID is not what is simulated.
struct SessionName: Sendable {
  let id: SessionID
  let url: String

  private static let known: [SessionName] = (0..<256).map { SessionName(number: $0) }

  static func number(_ number: Int) -> SessionName { number < known.count ? known[number] : SessionName(number: number) }

  private init(number: Int) {
    let digits = String(number, radix: 16)
    guard let id = SessionID("00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits) else {
      preconditionFailure("a UUID in its 36-character form")
    }
    self.id = id
    url = "https://wallet/app?checkoutSessionId=\(id)"
  }
}

extension GatewayFailure {
  static let noSuchSession = GatewayFailure(.permanent, .notFound, title: "NOT_FOUND", detail: "Session Id not found", httpStatus: 404)
  static let sessionCanceled = GatewayFailure(.permanent, .sessionCanceled, title: "SESSION_CANCELED", detail: "gone", httpStatus: 410)
  static let sessionTimedOut = GatewayFailure(.permanent, .sessionTimeout, title: "SESSION_TIMEOUT", detail: "ended", httpStatus: 401)
  static let serverError = GatewayFailure(.transient, .serverError, title: "ERROR", detail: "500", httpStatus: 500, inDoubt: true)
  static let lostConnection = GatewayFailure(.transient, .connectionLost, title: "Reset", detail: "reset", inDoubt: true)
  static let timeOut = GatewayFailure(.transient, .requestTimeout, title: "Time-out", detail: "no answer", inDoubt: true)
  static let badAnswer = GatewayFailure(.transient, .badAnswer, title: "Bad answer", detail: "cut short", httpStatus: 202, inDoubt: true)
  static let noConnection = GatewayFailure(.transient, .connectFailed, title: "No connection", detail: "refused")
  static let forbidden = GatewayFailure(.configuration, .forbidden, title: "FORBIDDEN", detail: "scope", httpStatus: 403)
  static let staleToken = GatewayFailure(.transient, .tokenExpired, title: "UNAUTHORIZED", detail: "'exp' claim expired", httpStatus: 401)
  static let invalid = GatewayFailure(.permanent, .invalidRequest, title: "INVALID_REQUEST", detail: "no", httpStatus: 400)
  static func slowDown(_ wait: Duration?) -> GatewayFailure {
    GatewayFailure(.transient, .rateLimited, title: "TOO_MANY", detail: "slow", httpStatus: 429, retryAfter: wait)
  }
}
