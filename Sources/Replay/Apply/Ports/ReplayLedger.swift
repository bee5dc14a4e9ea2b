import CheckoutSession

/// What `replay apply` needs of the ledger. Each call is one transaction; what each one promises is told by the ledger's own protocol, `ReplayStore`.
public protocol ReplayLedger: ReplayLookup {
  /// Notes that a run begins. Returns its number.
  func beginReplay(_ run: ReplayRun) async throws(LedgerFailure) -> Int64
  /// Moves the end of the run's claims on; false if the run is not known or has ended.
  func keepReplay(_ run: Int64, aliveUntil: Timestamp) async throws(LedgerFailure) -> Bool
  /// Claims dead letters for a run; an outcome for each, in order.
  func claimReplays(
    _ claims: [ReplayClaim], run: Int64, searchFrom: [Int32: Int64], attemptsMax: Int?, at: Timestamp
  ) async throws(LedgerFailure) -> [ReplayClaimOutcome]
  /// Notes that the broker has acknowledged these; false where another run has taken the record over.
  func recordSent(_ origins: [RecordCoordinate], run: Int64, at: Timestamp) async throws(LedgerFailure) -> [Bool]
  /// Gives back what was claimed and surely not sent.
  func releaseReplays(_ origins: [RecordCoordinate], run: Int64) async throws(LedgerFailure)
  /// Notes the replies of records that were sent.
  func recordAnswers(_ answers: [RecordCoordinate: ReplayAnswer], at: Timestamp) async throws(LedgerFailure)
  /// Notes that a run has ended.
  func endReplay(_ run: Int64, _ ending: ReplayRun.Ending) async throws(LedgerFailure)
  /// The latest runs, the newest first; of one plan if `planHash` is given.
  func replayRuns(planHash: BodyHash?, limit: Int) async throws(LedgerFailure) -> [ReplayRunReport]
}
