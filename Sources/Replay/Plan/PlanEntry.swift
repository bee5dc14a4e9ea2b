import CheckoutSession

/// One line of a plan: a dead letter, what would become of it, and what is to be done. The operator may change ``action``, ``patch`` and ``reason``.
public struct PlanEntry: Hashable, Sendable {
  /// Where the dead letter stands (`topic`, `partition`, `offset`).
  public var place: RecordCoordinate
  /// Where the failed request stands (`origin`, `<topic>/<partition>/<offset>`).
  public var origin: RecordCoordinate
  /// Merchant and request id, as the worker names the request (`merchantId`, `requestId`).
  public var identity: RequestIdentity
  /// The request's mode, if known (`mode`).
  public var mode: SessionMode?
  /// When the dead letter was written (`failedAt`).
  public var failedAt: Timestamp
  /// What can be done about it (`error.class`).
  public var errorClass: DeadLetterClass
  /// What went wrong (`error.code`).
  public var errorCode: String
  /// In words, without customer data (`error.detail`).
  public var errorDetail: String
  /// How often it had been replayed when it failed (`replayCount`).
  public var replayCount: Int
  /// Hash of the request's body as it failed (`bodySha256`); nil if there is none.
  public var bodyHash: BodyHash?
  /// Hash of the dead letter's key, headers and value (`recordSha256`).
  public var recordHash: BodyHash
  /// What would become of it with ``action`` (`prediction.kind`, `.generation`, `.errorCode`, `.detail`).
  public var prediction: Prediction
  /// What is to be done (`action`).
  public var action: ReplayAction
  /// The JSON Merge Patch of ``ReplayAction/edit`` (`patch`, an object), as it is written.
  public var patch: [UInt8]?
  /// Why it is dropped or skipped (`reason`).
  public var reason: String?

  /// Makes an entry.
  public init(
    place: RecordCoordinate, origin: RecordCoordinate, identity: RequestIdentity, mode: SessionMode?, failedAt: Timestamp,
    errorClass: DeadLetterClass, errorCode: String, errorDetail: String, replayCount: Int, bodyHash: BodyHash?, recordHash: BodyHash,
    prediction: Prediction, action: ReplayAction, patch: [UInt8]? = nil, reason: String? = nil
  ) {
    self.place = place
    self.origin = origin
    self.identity = identity
    self.mode = mode
    self.failedAt = failedAt
    self.errorClass = errorClass
    self.errorCode = errorCode
    self.errorDetail = errorDetail
    self.replayCount = replayCount
    self.bodyHash = bodyHash
    self.recordHash = recordHash
    self.prediction = prediction
    self.action = action
    self.patch = patch
    self.reason = reason
  }
}
