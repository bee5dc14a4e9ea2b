import CheckoutSession

/// Which sessions to show.
public struct SessionFilter: Hashable, Sendable {
  /// Only those for this `payment.merchantTransactionId`.
  public var merchantTransactionID: String?
  /// Only those made at or after this moment.
  public var since: Timestamp?
  /// Only those that are this now.
  public var status: SimulatedStatus?

  /// All sessions.
  public init() {}

  /// Reads a query.
  ///
  /// - Throws: ``SimulatorError`` for an unknown or unreadable field.
  init(query: Substring) throws(SimulatorError) {
    let fields = FormFields(query.utf8)
    for name in fields.names where !["merchantTransactionId", "since", "status"].contains(name) {
      throw SimulatorError(.configuration, problems: ["\(name): unknown; known: merchantTransactionId, since, status"])
    }
    merchantTransactionID = fields["merchantTransactionId"]
    if let text = fields["since"] {
      guard let moment = Timestamp(rfc3339: text) else {
        throw SimulatorError(.configuration, problems: ["since: must be an RFC 3339 time, got \(text)"])
      }
      since = moment
    }
    if let text = fields["status"] {
      guard let value = SimulatedStatus(rawValue: text) else {
        throw SimulatorError(.configuration, problems: ["status: must be one of \(SimulatedStatus.allCases.map(\.rawValue)), got \(text)"])
      }
      status = value
    }
  }

  func matches(_ session: SimulatedSession, at now: Int64) -> Bool {
    if let merchantTransactionID, session.merchantTransactionID != merchantTransactionID { return false }
    if let since, Timestamp(nanosecondsSinceEpoch: session.createdAt) < since { return false }
    if let status, session.status(at: now) != status { return false }
    return true
  }
}
