/// What the ledger keeps of a created session for the reconciliation stage, beside what the decision says.
public struct SessionWatch: Hashable, Sendable {
  /// The request record's key, which becomes the key of its status events; nil for a record without one. Kept until the session has ended.
  public var recordKey: [UInt8]?
  /// When the gateway is to be asked about the session for the first time.
  public var firstPollAt: Timestamp

  /// Makes a watch.
  public init(recordKey: [UInt8]?, firstPollAt: Timestamp) {
    self.recordKey = recordKey
    self.firstPollAt = firstPollAt
  }
}
