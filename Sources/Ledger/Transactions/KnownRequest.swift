import CheckoutSession

/// A request that the ledger already has, at its present generation.
struct KnownRequest {
  /// The present generation.
  let key: ClaimKey
  /// SHA-256 of the body it stands for.
  let bodyHash: [UInt8]
  /// The highest replay count it was claimed with.
  let replayCount: Int
  /// What was decided; nil while nobody has.
  let decision: DecidedReply?
  /// How its session ended; nil: not yet, or nobody knows.
  let ended: SessionStatus?

  /// Reads id, body hash, replay count, generation and the columns of the decision.
  init(_ row: RawRow) throws {
    key = ClaimKey(row: row.integer(0), generation: Int(row.integer(3)))
    bodyHash = row.withBytes(1) { Array($0) }
    replayCount = Int(row.integer(2))
    decision = row.isNull(4) ? nil : try DecisionColumns.read(row, from: 4)
    ended = row.optionalInteger(4 + DecisionColumns.endedStatus).flatMap(LedgerCodes.status)
  }

  /// Whether a later replay makes the identity new: it has no session, or one that is over and is to be followed by another. Who works on it now decides it,
  /// and a session that may still be open is never replaced: a second one beside it could be paid as well.
  func mayBeReopened(by claim: RequestClaim) -> Bool {
    guard claim.replayCount > replayCount, let decision else { return false }
    return decision.outcome != .created || (claim.wantsNewSession && ended?.isTerminal == true)
  }
}
