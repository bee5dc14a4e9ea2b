import CheckoutSession
import Ledger
import Testing

extension Sample {
  /// How long the runs of the samples are given.
  static let runLease: Duration = .seconds(15)
  /// Where the request topic ends when the samples claim.
  static let topicEnds: [Int32: Int64] = [0: 100, 3: 7]

  /// A run that begins at a moment.
  static func run(plan: UInt8 = 7, user: String = "ann", at: Timestamp = now) throws -> ReplayRun {
    ReplayRun(
      planHash: try #require(BodyHash(bytes: Array(repeating: plan, count: 32))), user: user, host: "ops-1", startedAt: at,
      aliveUntil: at + runLease)
  }

  /// Where a request failed.
  static func origin(_ offset: Int64, partition: Int32 = 3, topic: String = "checkout.session-requests") -> RecordCoordinate {
    RecordCoordinate(topic: topic, partition: partition, offset: offset)
  }

  /// A claim of the record at `offset`, whose request is named after it unless `requestID` says otherwise.
  static func replay(
    _ offset: Int64, requestID: String? = nil, merchant: String = "merchant-1", _ action: ReplayAction = .retry, replayCount: Int = 0,
    partition: Int32 = 3, topic: String = "checkout.session-requests", letter: Int64? = nil
  ) throws -> ReplayClaim {
    let hash = try #require(BodyHash(bytes: Array(repeating: UInt8(truncatingIfNeeded: offset), count: 32)))
    return ReplayClaim(
      origin: origin(offset, partition: partition, topic: topic),
      deadLetter: RecordCoordinate(topic: "checkout.dead-letters", partition: 0, offset: letter ?? offset + 1000),
      identity: RequestIdentity(merchantID: merchant, requestID: requestID ?? "failed-\(offset)"), action: action,
      bodyHash: action.isSending ? hash : nil, originalHash: hash, replayCount: replayCount, reason: action == .drop ? "a test order" : nil)
  }
}

extension LedgerStore {
  /// Claims records as an `apply` does.
  func claimReplays(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64] = Sample.topicEnds, attemptsMax: Int? = 3, now: Timestamp = Sample.now
  ) async throws(LedgerFailure) -> [ReplayClaimOutcome] {
    try await claimReplays(claims, run: run, searchFrom: searchFrom, attemptsMax: attemptsMax, at: now)
  }

  /// What is known of one origin.
  func replayRecord(_ offset: Int64) async throws -> ReplayRecord? { try await replayRecords([Sample.origin(offset)])[0] }
}

extension ReplayRecord {
  /// A record that was claimed as the samples are.
  static func claimed(
    _ claim: ReplayClaim, run: Int64, count: Int = 1, at: Timestamp = Sample.now, searchFrom: [Int32: Int64] = Sample.topicEnds
  ) -> ReplayRecord {
    ReplayRecord(claim: claim, run: run, state: .claimed, count: count, claimedAt: at, searchFrom: searchFrom)
  }

  /// The same, sent.
  func sent(at: Timestamp) -> ReplayRecord {
    var record = self
    (record.state, record.sentAt, record.searchFrom) = (.sent, at, [:])
    return record
  }

  /// The same, taken over.
  func passed(to run: Int64, at: Timestamp) -> ReplayRecord {
    var record = self
    (record.run, record.claimedAt) = (run, at)
    return record
  }
}
