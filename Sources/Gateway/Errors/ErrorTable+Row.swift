import CheckoutSession

extension ErrorTable {
  /// One row of the table, chosen by status, method and, for a 401, a 404 and a 410, by what the body says.
  ///
  /// What ends a session is the gateway's word about it: a whole body whose `title` the contract names. A 404 or a 410 without it (empty, plain
  /// text, cut short, another title, only a `message`) may come from something in between that does not know the session, and ends nothing.
  struct Row: Hashable, Sendable {
    var failureClass: GatewayFailure.Class
    var code: GatewayFailure.Code
    var title: String
    var detail: String
    /// Whether the gateway may have acted before it answered so.
    var inDoubt = false
    var heedsRetryAfter = false

    private init(
      _ failureClass: GatewayFailure.Class, _ code: GatewayFailure.Code, _ title: String, _ detail: String, inDoubt: Bool = false,
      heedsRetryAfter: Bool = false
    ) {
      self.failureClass = failureClass
      self.code = code
      self.title = title
      self.detail = detail
      self.inDoubt = inDoubt
      self.heedsRetryAfter = heedsRetryAfter
    }

    init(_ answer: HTTPAnswer, to method: Method, body: GatewayErrorBody) {
      let status = answer.status
      let isWhole = answer.completeness == .whole
      switch (status, method) {
      case (400, .create):
        self.init(.permanent, .invalidRequest, "INVALID_REQUEST", "the gateway gave no reason")
      case (422, .create):
        self.init(.permanent, .unprocessable, "UNPROCESSABLE_ENTITY", "the gateway gave no reason")
      case (401, .read) where isWhole && body.title == GatewayFailure.Code.sessionTimeout.rawValue:
        self.init(.permanent, .sessionTimeout, "SESSION_TIMEOUT", "the session is no longer valid")
      case (401, .read) where !isWhole || AnswerReader.isPage(answer.body):
        // Of the two things that a 401 can mean here this tells neither: that the session has run out, or that the token is refused.
        self.init(
          .transient, .badAnswer, "Bad answer", "a 401 that is not the gateway's, or not all of it: it does not say what it is about")
      case (401, _):
        self.init(.configuration, .unauthorized, "UNAUTHORIZED", "the gateway refused the token")
      case (403, _):
        self.init(.configuration, .forbidden, "FORBIDDEN", Self.forbiddenDetail(answer.authenticate))
      case (404, _) where AnswerReader.isPage(answer.body):
        self.init(
          .configuration, .notFound, "NOT_FOUND", "the answer is not the gateway's: gateway.baseURL leads somewhere else")
      case (404, .create):
        self.init(.permanent, .notFound, "NOT_FOUND", "the customer was not found")
      case (404, .read) where isWhole && body.title == GatewayFailure.Code.notFound.rawValue:
        self.init(.permanent, .notFound, "NOT_FOUND", "the session was not found")
      case (407, _):
        self.init(.transient, .connectFailed, "Proxy failed", "the proxy wants other credentials (407): check gateway.proxy")
      case (410, .read) where isWhole && body.title == GatewayFailure.Code.sessionCanceled.rawValue:
        self.init(.permanent, .sessionCanceled, "SESSION_CANCELED", "the session was canceled")
      case (404, .read), (410, .read):
        self.init(.transient, .badAnswer, "Bad answer", "a \(status) that does not say, in the gateway's words, what became of the session")
      case (429, _):
        self.init(.transient, .rateLimited, "RATE_LIMITED", "too many requests", heedsRetryAfter: true)
      case (500...599, _):
        self.init(.transient, .serverError, "GATEWAY_ERROR", "the gateway answered \(status)", inDoubt: true, heedsRetryAfter: true)
      case (300...399, _):
        self.init(.transient, .badAnswer, "Bad answer", "the gateway answered with a redirect (\(status)); redirects are not followed")
      case (400...499, _):
        self.init(.transient, .badAnswer, "Bad answer", "the gateway answered \(status), which the contract does not know")
      default:
        // Another 2xx, or a number nobody knows: whether a session was made cannot be told.
        self.init(
          .transient, .badAnswer, "Bad answer", "the gateway answered \(status), which the contract does not know", inDoubt: true)
      }
    }

    private static func forbiddenDetail(_ authenticate: String?) -> String {
      guard let authenticate, authenticate.contains("insufficient_scope") else { return "not allowed for this merchant's token" }
      return "insufficient_scope: the token's scope does not cover this call; check gateway.token.scope"
    }
  }
}
