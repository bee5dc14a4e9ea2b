import CheckoutSession

/// What an answer of a token endpoint means (RFC 6749, section 5.2; `contract/gateway.md`, "Token"). Pure.
enum TokenErrorTable {
  /// The token, or why there is none. No failure here is in doubt: asking for a token makes no session.
  ///
  /// Whatever may pass by itself has the code `TOKEN_UNAVAILABLE`: calls that fail for it never left, which no other code of theirs would say.
  static func token(from result: Result<HTTPAnswer, TransportFailure>, now: Timestamp) -> Result<GrantedToken, GatewayFailure> {
    read(result, now: now).mapError { failure in
      var failure = failure
      if failure.failureClass == .transient { failure.code = .tokenUnavailable }
      return failure
    }
  }

  private static func read(_ result: Result<HTTPAnswer, TransportFailure>, now: Timestamp) -> Result<GrantedToken, GatewayFailure> {
    switch result {
    case .failure(let failure):
      var failure = ErrorTable.failure(failure, to: .read)
      failure.detail = "token endpoint: " + failure.detail
      return .failure(failure)
    case .success(let answer) where answer.status == 200:
      return granted(answer)
    case .success(let answer):
      return .failure(failure(answer, now: now))
    }
  }

  private static func granted(_ answer: HTTPAnswer) -> Result<GrantedToken, GatewayFailure> {
    // A token whose end is not told is taken to live for a short time; the contract's say about an hour.
    let lifetimeIfUntold = Duration.seconds(300)
    guard answer.completeness == .whole else {
      return .failure(ErrorTable.unusable("the token endpoint's answer is cut short", status: answer.status, to: .read))
    }
    do throws(GatewayFailure) {
      let token = try TokenAnswer.read(AnswerReader.bytes(of: answer))
      return .success(GrantedToken(secret: Secret(token.accessToken), lifetime: token.lifetime ?? lifetimeIfUntold))
    } catch {
      return .failure(error)
    }
  }

  private static func failure(_ answer: HTTPAnswer, now: Timestamp) -> GatewayFailure {
    let retryAfter = answer.retryAfter.flatMap { RetryAfter.delay($0, now: now) }
    switch answer.status {
    case 400, 401, 403:
      // invalid_client, invalid_scope, unauthorized_client, …: all of them are what is configured.
      let reason = code(in: answer) ?? "it answered \(answer.status)"
      return GatewayFailure(
        .configuration, .unauthorized, title: "Credentials refused",
        detail: "the token endpoint refused the credentials (\(reason))",
        httpStatus: answer.status)
    case 404, 405:
      return GatewayFailure(
        .configuration, .unauthorized, title: "No token endpoint",
        detail: "the token endpoint answered \(answer.status): check gateway.token.url",
        httpStatus: answer.status)
    case 429:
      return GatewayFailure(
        .transient, .rateLimited, title: "Token endpoint busy", detail: "the token endpoint answered 429", httpStatus: 429,
        retryAfter: retryAfter)
    case 500...599:
      return GatewayFailure(
        .transient, .serverError, title: "Token endpoint failed", detail: "the token endpoint answered \(answer.status)",
        httpStatus: answer.status, retryAfter: retryAfter)
    default:
      return GatewayFailure(
        .transient, .badAnswer, title: "Bad token answer", detail: "the token endpoint answered \(answer.status)", httpStatus: answer.status
      )
    }
  }

  /// `error` of the answer, if it has the form of RFC 6749's codes. Any other text, `error_description` first of all, may repeat the client's
  /// id or secret, and what is said here goes to the log.
  private static func code(in answer: HTTPAnswer) -> String? {
    guard let code = GatewayErrorBody(AnswerReader.bytes(of: answer)).title, code.utf8.count <= 40,
      code.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
    else { return nil }
    return code
  }
}
