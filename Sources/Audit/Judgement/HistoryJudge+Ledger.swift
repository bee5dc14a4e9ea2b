import CheckoutSession

/// The topics beside the ledger. The ledger was read first, so what it has as published is in the topics, and what the topics had by then is in the ledger.
extension HistoryJudge {
  mutating func compareWithLedger(_ history: IdentityHistory) {
    compareReplies(history)
    comparePublished(history)
  }

  /// Every reply but a rejection, which may have been made without the ledger, says what the ledger says.
  private mutating func compareReplies(_ history: IdentityHistory) {
    var compared: Set<Int64> = []
    for reply in history.replies where reply.outcome != .rejected && reply.at < scope.startedAt {
      guard !history.generations.isEmpty else {
        if !mayBePruned(reply.at) { find(.unknownToLedger, reply, session: reply.session) }
        return
      }
      // Older generations of an identity that was forgotten and came again are not known any more.
      guard let known = history.generations.first(where: { $0.generation == reply.generation }), known.at <= reply.at,
        compared.insert(reply.generation).inserted
      else { continue }
      let outcome = GenerationFlags(code: known.code).outcome
      if outcome != reply.outcome || known.session != reply.session { find(.ledgerDisagrees, reply, session: reply.session) }
    }
  }

  /// The present generation's reply is in the topics if the ledger has it as published. Of earlier ones the ledger does not say whether they were.
  private mutating func comparePublished(_ history: IdentityHistory) {
    guard let present = history.present, let decidedAt = present.moment, repliesCover(decidedAt) else { return }
    let flags = GenerationFlags(code: present.code)
    guard flags.isPublished, let outcome = flags.outcome else { return }
    let isThere = history.replies.contains { $0.generation == present.generation && $0.outcome == outcome }
    let isTold = findings.contains { $0.code == .replyMissing || $0.code == .ledgerDisagrees || $0.code == .replyChanged }
    if !isThere, !isTold { find(.replyMissing, present, session: present.session) }
  }
}
