/// A checked request: what the create stage needs to know of it. The body itself is sent as it came.
public struct SessionRequest: Hashable, Sendable {
  /// The one member of `config.modes`.
  public var mode: SessionMode
  /// `payment.merchantTransactionId`; nil without `payment`.
  public var merchantTransactionID: String?

  /// Makes a request from its parts.
  public init(mode: SessionMode, merchantTransactionID: String?) {
    self.mode = mode
    self.merchantTransactionID = merchantTransactionID
  }

  /// Reads and checks a record's value, nil for a tombstone. Throws everything that is wrong with it at once.
  public static func read(_ body: ArraySlice<UInt8>?, reader: inout JSONReader) throws(RequestRejection) -> SessionRequest {
    guard let body else { throw .empty("got a record without value") }
    guard !body.isEmpty else { throw .empty("got no bytes") }
    let document: JSONDocument
    do {
      document = try reader.parse(body, limits: .request, duplicateKeys: .reject)
    } catch {
      throw RequestRejection(error)
    }
    let result = check(document)
    reader.recycle(consume document)
    return try result.get()
  }

  private static func check(_ document: JSONDocument) -> Result<SessionRequest, RequestRejection> {
    guard document.root.kind == .object else {
      let violation = Violation(path: "$", requirement: "must be an object", got: RequestRule.Echo.shape(document.root))
      return .failure(rejection([violation], mode: nil, merchantTransactionID: nil))
    }
    let parts = RequestParts(document)
    let violations = RequestRules.violations(in: parts)
    guard violations.isEmpty, let mode = parts.mode else {
      return .failure(rejection(violations, mode: parts.mode, merchantTransactionID: parts.merchantTransactionID))
    }
    return .success(SessionRequest(mode: mode, merchantTransactionID: parts.merchantTransactionID))
  }

  private static func rejection(_ violations: [Violation], mode: SessionMode?, merchantTransactionID: String?) -> RequestRejection {
    guard let all = RequestViolations(violations) else {
      return RequestRejection(.invalidRequest, title: "Request breaks the contract", detail: "config.modes: must name one mode")
    }
    return RequestRejection(all, mode: mode, merchantTransactionID: merchantTransactionID)
  }
}
