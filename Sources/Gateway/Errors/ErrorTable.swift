import CheckoutSession

/// `contract/gateway.md`, "Errors": what every answer, and every way of not answering, means for a call. Pure.
///
/// A failure of a `POST` is in doubt if the gateway may have made a session; a `GET` changes nothing and is never in doubt.
enum ErrorTable {
  /// Which column of the table.
  enum Method: Hashable, Sendable, CaseIterable {
    /// `POST /sessions`.
    case create
    /// `GET /sessions/{id}`.
    case read
  }

  /// The failure that an answer other than the expected one is. `now` is for a `Retry-After` that is a date.
  static func failure(_ answer: HTTPAnswer, to method: Method, now: Timestamp) -> GatewayFailure {
    let body = GatewayErrorBody(AnswerReader.bytes(of: answer))
    let row = Row(answer, to: method, body: body)
    return GatewayFailure(
      row.failureClass, row.code, title: body.title ?? row.title, detail: body.detail ?? row.detail, httpStatus: answer.status,
      inDoubt: row.inDoubt && method == .create,
      retryAfter: row.heedsRetryAfter ? answer.retryAfter.flatMap { RetryAfter.delay($0, now: now) } : nil)
  }

  /// The failure that no answer is.
  static func failure(_ failure: TransportFailure, to method: Method) -> GatewayFailure {
    let (code, title): (GatewayFailure.Code, String) =
      switch failure.kind {
      case .dns: (.connectFailed, "Name not found")
      case .refused: (.connectFailed, "Not connected")
      case .tls: (.connectFailed, "TLS failed")
      case .proxy: (.connectFailed, "Proxy failed")
      case .connectTimeout: (.connectFailed, "No connection in time")
      case .connectionLost: (.connectionLost, "Connection lost")
      case .requestTimeout: (.requestTimeout, "No answer in time")
      case .malformedAnswer: (.badAnswer, "Not an HTTP answer")
      case .canceled: (.canceled, "Canceled")
      case .overloaded: (.overloaded, "Too many waiting calls")
      }
    return GatewayFailure(
      .transient, code, title: title, detail: failure.detail, inDoubt: failure.isSent && method == .create)
  }

  /// The expected status with a body that is not whole: something was done, and nothing of it can be used.
  static func unusable(_ detail: String, status: Int, to method: Method) -> GatewayFailure {
    GatewayFailure(
      .transient, .badAnswer, title: "Bad answer", detail: detail, httpStatus: status, inDoubt: method == .create)
  }
}
