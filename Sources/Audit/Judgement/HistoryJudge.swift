import CheckoutSession

/// Judges the history of one identity at a time by the guarantees. Pure: what it finds depends on the history and the scope alone.
struct HistoryJudge {
  /// A finding before names are looked up.
  struct Finding: Hashable {
    var code: AuditFinding.Code
    var place: Entry.Place
    var other: Entry.Place?
    var session: Entry.Session?
  }

  let scope: AuditScope
  /// What was counted so far.
  var totals: AuditTotals
  /// What was found in the present history.
  var findings: [Finding] = []

  init(scope: AuditScope, totals: AuditTotals) {
    self.scope = scope
    self.totals = totals
  }

  /// Judges a history that is sorted. ``findings`` are those of this history alone.
  mutating func judge(_ history: IdentityHistory) {
    findings.removeAll(keepingCapacity: true)
    totals.identities += 1
    if let entry = history.firstLeftOut { find(.historyTooLong, entry) }
    judgeRequests(history)
    judgeReplies(history)
    judgeURLs(history)
    judgeSessions(history)
    if scope.hasLedger { compareWithLedger(history) }
  }

  mutating func find(_ code: AuditFinding.Code, _ entry: Entry, other: Entry? = nil, session: Entry.Session? = nil) {
    findings.append(Finding(code: code, place: entry.place, other: other?.place, session: session))
  }

  /// Whether the ledger may have forgotten what happened then.
  func mayBePruned(_ moment: Timestamp) -> Bool { moment <= scope.startedAt - scope.times.ledgerRetention }

  /// Whether the reply topics hold everything that was published then.
  func repliesCover(_ moment: Timestamp) -> Bool { scope.repliesFrom.map { moment >= $0 } ?? true }
}
