/// A session whose end has not been told, with everything that is needed to ask the gateway about it and to tell.
public struct OutstandingSession: Hashable, Sendable {
  /// The ledger's name of it.
  public var key: ClaimKey
  /// Merchant and request id.
  public var identity: RequestIdentity
  /// `payment.merchantTransactionId`, if known.
  public var merchantTransactionID: String?
  /// The request's mode.
  public var mode: SessionMode
  /// The gateway's name of the session.
  public var sessionID: SessionID
  /// ``CreatedSession/createdAt``.
  public var createdAt: Timestamp
  /// ``CreatedSession/expiresAt``: the session's deadline.
  public var expiresAt: Timestamp
  /// ``SessionWatch/recordKey``.
  public var recordKey: [UInt8]?
  /// What is known of it.
  public var status: SessionStatus
  /// How often the gateway was asked about it.
  public var polls: Int
  /// How many of the latest polls the gateway gave no usable answer to, one after the other.
  public var failures: Int
  /// An event that is recorded and not known to be published: it is published before anything else happens.
  public var unpublishedEvent: RecordedEvent?

  /// Makes a session.
  public init(
    key: ClaimKey, identity: RequestIdentity, merchantTransactionID: String?, mode: SessionMode, sessionID: SessionID,
    createdAt: Timestamp, expiresAt: Timestamp, recordKey: [UInt8]?, status: SessionStatus, polls: Int, failures: Int,
    unpublishedEvent: RecordedEvent? = nil
  ) {
    self.key = key
    self.identity = identity
    self.merchantTransactionID = merchantTransactionID
    self.mode = mode
    self.sessionID = sessionID
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.recordKey = recordKey
    self.status = status
    self.polls = polls
    self.failures = failures
    self.unpublishedEvent = unpublishedEvent
  }
}
