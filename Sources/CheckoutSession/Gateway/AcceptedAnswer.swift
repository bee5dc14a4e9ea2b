/// A 202 to `POST /sessions` that passed every check (`contract/gateway.md`, "POST /sessions - response"). Prints without its URL.
public struct AcceptedAnswer: Hashable, Sendable, CustomStringConvertible {
  /// `data.sessionId`.
  public let sessionID: SessionID
  /// `data.hostedUrl`.
  public let hostedURL: String

  /// Reads the body of a 202.
  ///
  /// Throws `BAD_ANSWER` for a body that is not what the contract shows and `UNTRUSTED_ANSWER` for ids and URLs that must not be published.
  /// Both are transient and in doubt: a session was made, nobody can open it, and it ends by itself.
  public static func read(
    _ body: ArraySlice<UInt8>, rule: HostedURLRule, reader: inout JSONReader
  ) throws(GatewayFailure) -> AcceptedAnswer {
    let document: JSONDocument
    do {
      document = try reader.parse(body, limits: .answer, duplicateKeys: .preferNonNull)
    } catch {
      throw badAnswer(AnswerBody.kind(of: body) + ": " + error.description)
    }
    let result = check(document.root, rule)
    reader.recycle(consume document)
    return try result.get()
  }

  private static func check(_ root: JSONValue, _ rule: HostedURLRule) -> Result<AcceptedAnswer, GatewayFailure> {
    guard let data = root["data"], data.kind == .object else { return .failure(badAnswer("data: must be an object")) }
    guard let id = data["sessionId"]?.string else { return .failure(badAnswer("data.sessionId: must be a string")) }
    guard let url = data["hostedUrl"]?.string else { return .failure(badAnswer("data.hostedUrl: must be a string")) }
    guard let sessionID = SessionID(id) else { return .failure(untrusted("data.sessionId: must be a UUID")) }
    if let fault = rule.fault(in: url, sessionID: sessionID) { return .failure(untrusted("data.hostedUrl: " + fault)) }
    return .success(AcceptedAnswer(sessionID: sessionID, hostedURL: url))
  }

  /// The session, taken to be created at `createdAt` (when the request left) and to live for `lifetime`.
  public func session(createdAt: Timestamp, lifetime: Duration = CreatedSession.lifetime) -> CreatedSession {
    CreatedSession(sessionID: sessionID, hostedURL: hostedURL, createdAt: createdAt, expiresAt: createdAt + lifetime)
  }

  /// The session's id, never its URL.
  public var description: String { "accepted session \(sessionID)" }

  private static func badAnswer(_ detail: String) -> GatewayFailure {
    GatewayFailure(
      .transient, .badAnswer, title: "The gateway's answer breaks the contract", detail: detail, httpStatus: 202, inDoubt: true)
  }

  private static func untrusted(_ detail: String) -> GatewayFailure {
    GatewayFailure(
      .transient, .untrustedAnswer, title: "The gateway's answer must not be published", detail: detail, httpStatus: 202, inDoubt: true)
  }
}
