import CheckoutSession

/// What every ledger keeps of replays: who sends what again, and what became of it. Part of the conformance suite.
///
/// Each call is one transaction. Calls that write down what has happened go ahead in a cancelled task.
public protocol ReplayStore: Sendable {
  /// What ``LedgerStore/claim(_:at:)`` would say now, by the same code, without any effect: the transaction is rolled back. The second claim of an identity in one
  /// call sees what the first one did.
  func rehearse(_ claims: [RequestClaim], at: Timestamp) async throws(LedgerFailure) -> [ClaimOutcome]

  /// Notes that a run begins. Returns its number, higher than those before.
  func beginReplay(_ run: ReplayRun) async throws(LedgerFailure) -> Int64
  /// Moves the end of the run's claims on, also of one whose end has passed; false if the run is not known, has ended, or has been taken over: then it must
  /// not send anything any more.
  func keepReplay(_ run: Int64, aliveUntil: Timestamp) async throws(LedgerFailure) -> Bool
  /// Claims dead letters for a run, durably; an outcome for each, in order. The second claim of an origin in one call is
  /// ``ReplayClaimOutcome/settled(_:)`` or ``ReplayClaimOutcome/taken(_:)`` like any later one.
  ///
  /// The count to send with is one more than the highest that is known: the claim's, and that of the identity in the ledger.
  ///
  /// A claim is a sign of life: the run is alive for as long from `at` on as it was given at its begin, if that is later than its end. What another run
  /// has claimed and not sent is this run's, in doubt, once that run has ended or its time is over; with that it is taken over, and not alive any more
  /// whatever it does, so that of two runs never both believe that a record is theirs. Throws ``LedgerFailure/Code/replayRunEnded`` for a run that is not
  /// known, has ended, or has been taken over; then nothing is claimed.
  /// - Parameters:
  ///   - searchFrom: where the request topic ends now, by partition.
  ///   - attemptsMax: a record whose count would be over it is not claimed; nil: no limit. Does not apply to drops.
  func claimReplays(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp
  ) async throws(LedgerFailure) -> [ReplayClaimOutcome]
  /// Notes that the broker has acknowledged these, durably; false where another run has taken the record over, or it is not claimed at all. A run that has
  /// ended may still say so.
  func recordSent(_ origins: [RecordCoordinate], run: Int64, at: Timestamp) async throws(LedgerFailure) -> [Bool]
  /// Gives back what was claimed and surely not sent; it can be claimed again as if it never had been.
  func releaseReplays(_ origins: [RecordCoordinate], run: Int64) async throws(LedgerFailure)
  /// Notes the replies of records that were sent, by whichever run; the first answer stays. A reply also proves that its record was sent, if nobody has
  /// noted that yet.
  func recordAnswers(_ answers: [RecordCoordinate: ReplayAnswer], at: Timestamp) async throws(LedgerFailure)
  /// Notes that a run has ended, unless that is noted already: what it has claimed and not sent is in doubt at once.
  func endReplay(_ run: Int64, _ ending: ReplayRun.Ending) async throws(LedgerFailure)

  /// What is known of these origins, in their order; nil: never claimed.
  func replayRecords(_ origins: [RecordCoordinate]) async throws(LedgerFailure) -> [ReplayRecord?]
  /// The latest runs, the newest first; of one plan if `planHash` is given.
  func replayRuns(planHash: BodyHash?, limit: Int) async throws(LedgerFailure) -> [ReplayRunReport]
  /// The records of a run in the order of their origins (topic, partition, offset), after `origin`; fewer than `limit` means that no more are left.
  func replayPage(of run: Int64, after origin: RecordCoordinate?, limit: Int) async throws(LedgerFailure) -> [ReplayRecord]
  /// Forgets records that were claimed before, and runs that began and ended before and have none left; how many of both, where fewer than `limit` means
  /// that no more are left. A forgotten origin could be sent again: `claimedBefore` must lie further back than dead letters are kept.
  func pruneReplays(claimedBefore: Timestamp, limit: Int) async throws(LedgerFailure) -> Int
  /// How many records ``pruneReplays(claimedBefore:limit:)`` would forget; nil if the ledger is of a version that knows of none, and is only read.
  func prunableReplays(claimedBefore: Timestamp) async throws(LedgerFailure) -> Int?
}
