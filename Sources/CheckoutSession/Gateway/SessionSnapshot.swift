/// What a 200 to `GET /sessions/{id}` says, whichever of its three shapes it has (`contract/gateway.md`, "GET /sessions/{id}").
///
/// Only the listed members are read: `hcpToken` is a credential and `checkoutRequest` holds the customer's data, so neither ever leaves the
/// body.
public struct SessionSnapshot: Hashable, Sendable {
  /// `id` or `sessionId`.
  public var sessionID: SessionID
  /// `status` or `checkoutSessionStatus`.
  public var status: GatewayStatus
  /// `expiresAtUtc`, where the shape has it.
  public var expiresAt: Timestamp?
  /// `createdAtUtc`, where the shape has it.
  public var createdAt: Timestamp?
  /// `payment`, if the answer tells something about one.
  public var payment: PaymentSummary?
  /// `paymentMethod` or `paymentMethodResponse`, if the answer tells something about one.
  public var paymentMethod: PaymentMethodSummary?

  /// Makes a snapshot.
  public init(
    sessionID: SessionID, status: GatewayStatus, expiresAt: Timestamp? = nil, createdAt: Timestamp? = nil,
    payment: PaymentSummary? = nil, paymentMethod: PaymentMethodSummary? = nil
  ) {
    self.sessionID = sessionID
    self.status = status
    self.expiresAt = expiresAt
    self.createdAt = createdAt
    self.payment = payment
    self.paymentMethod = paymentMethod
  }

  /// Reads the body of a 200.
  ///
  /// Throws a transient `BAD_ANSWER` for a body without id or status and `UNTRUSTED_ANSWER` for one about another session than `expected`:
  /// reading again is harmless, so neither is in doubt.
  public static func read(
    _ body: ArraySlice<UInt8>, expected: SessionID? = nil, reader: inout JSONReader
  ) throws(GatewayFailure) -> SessionSnapshot {
    let document: JSONDocument
    do {
      document = try reader.parse(body, limits: .answer, duplicateKeys: .preferNonNull)
    } catch {
      throw failure(.badAnswer, AnswerBody.kind(of: body) + ": " + error.description)
    }
    let result = snapshot(document.root, expected)
    reader.recycle(consume document)
    return try result.get()
  }

  private static func snapshot(_ root: JSONValue, _ expected: SessionID?) -> Result<SessionSnapshot, GatewayFailure> {
    guard root.kind == .object else { return .failure(failure(.badAnswer, "must be an object, got \(root.kind.withArticle)")) }
    let data = root["data"].flatMap { $0.kind == .object ? $0 : nil } ?? root
    guard let id = (data["sessionId"] ?? data["id"])?.string else { return .failure(failure(.badAnswer, "id: must be a string")) }
    guard let sessionID = SessionID(id) else { return .failure(failure(.untrustedAnswer, "id: must be a UUID")) }
    guard expected == nil || ASCIIText.equalsIgnoringCase(id.utf8, (expected?.rawValue ?? "").utf8) else {
      return .failure(failure(.untrustedAnswer, "the answer is about another session than was asked for"))
    }
    guard let status = (data["checkoutSessionStatus"] ?? data["status"])?.string else {
      return .failure(failure(.badAnswer, "status: must be a string"))
    }
    return .success(
      SessionSnapshot(
        sessionID: sessionID, status: GatewayStatus(status), expiresAt: timestamp(data["expiresAtUtc"]),
        createdAt: timestamp(data["createdAtUtc"]), payment: PaymentSummary(data["payment"]),
        paymentMethod: PaymentMethodSummary(data["paymentMethodResponse"]) ?? PaymentMethodSummary(data["paymentMethod"])))
  }

  private static func timestamp(_ value: JSONValue?) -> Timestamp? {
    guard let value, value.kind == .string else { return nil }
    return Timestamp(rfc3339: value.utf8)
  }

  private static func failure(_ code: GatewayFailure.Code, _ detail: String) -> GatewayFailure {
    GatewayFailure(.transient, code, title: "The gateway's answer breaks the contract", detail: detail, httpStatus: 200)
  }
}
