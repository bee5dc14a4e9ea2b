import CheckoutSession

/// A status event (`contract/messages.md`, "Status event value").
struct ReadEvent: Sendable {
  var record: ReadRecord
  var ceID: String
  var requestID: String
  var merchantTransactionID: String?
  var sessionID: String
  var mode: String
  var status: SessionStatus
  var isTerminal: Bool
  var observedAt: String
  var createdAt: String
  var polls: Int
  /// Every member of the value, those of `payment` and `paymentMethod` with their path.
  var members: Set<String>

  /// What must be the same whenever the event is published again.
  var content: [String] { [sessionID, status.rawValue, observedAt, createdAt, "\(polls)"] }

  /// - Throws: what it lacks.
  init(_ record: ReadRecord) throws {
    self.record = record
    let root = try JSONDocument.parse(record.value[...]).root
    guard let ceID = record.text("ce_id"), let requestID = root["requestId"]?.string, let sessionID = root["sessionId"]?.string,
      let mode = root["mode"]?.string, let status = root["status"]?.string.flatMap(SessionStatus.init),
      let isTerminal = root["terminal"]?.bool, let observedAt = root["observedAt"]?.string, let createdAt = root["createdAt"]?.string,
      let polls = root["polls"]?.int
    else { throw ProcessFailure("not a status event: \(String(decoding: record.value, as: UTF8.self))") }
    self.ceID = ceID
    self.requestID = requestID
    merchantTransactionID = root["merchantTransactionId"]?.string
    self.sessionID = sessionID
    self.mode = mode
    self.status = status
    self.isTerminal = isTerminal
    self.observedAt = observedAt
    self.createdAt = createdAt
    self.polls = Int(polls)
    members = Set(
      root.members.flatMap { name, value in
        let name = name.string ?? ""
        return [name] + value.members.map { "\(name).\($0.name.string ?? "")" }
      })
  }
}

extension SessionStatus {
  /// How a session may end.
  static let ends = Set(allCases.filter(\.isTerminal))
}
