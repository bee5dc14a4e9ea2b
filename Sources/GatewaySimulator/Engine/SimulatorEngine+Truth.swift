import CheckoutSession

extension SimulatorEngine {
  /// Sessions looked at in one go: a listing of a million must not keep every connection waiting.
  static let pageSize = 500

  /// Looks at up to ``pageSize`` sessions from `start` on. `next` is where to go on; nil at the end.
  func page(from start: Int, _ filter: SessionFilter, at now: Int64) -> (records: [SessionRecord], next: Int?) {
    let end = min(start + Self.pageSize, table.sessions.count)
    guard start < end else { return ([], nil) }
    let records = table.sessions[start..<end].filter { filter.matches($0, at: now) }.map { SessionRecord($0, at: now) }
    return (records, end < table.sessions.count ? end : nil)
  }

  /// What was seen.
  func statistics(at now: Int64) -> SimulatorStatistics {
    var statistics = SimulatorStatistics()
    statistics.scenario = scenario.name
    statistics.elapsed = .nanoseconds(now - epoch)
    for (cell, count) in tally.cells { statistics.requests[cell.route, default: [:]][cell.outcome.name] = count }
    statistics.faults = tally.faults
    statistics.peakRequestsPerSecond = meter.peakPerSecond
    statistics.quotaRefusals = tally.quotaRefusals
    statistics.quotaExcessPeak = scenario.quota.map { max(0, meter.levelPeak - Double($0.limit.burst)) }
    statistics.sessions = table.sessions.count
    for session in table.sessions { statistics.sessionsByStatus[session.status(at: now), default: 0] += 1 }
    for seen in table.seen.values {
      guard let first = seen.firstSession, let transaction = table.sessions[Int(first)].merchantTransactionID else { continue }
      statistics.sessionsPerTransaction[Int(seen.sessions), default: 0] += 1
      guard seen.sessions > 1, statistics.repeatedTransactions.count < SimulatorStatistics.repeatedTransactionsMax else { continue }
      statistics.repeatedTransactions.append(
        .init(
          merchantID: table.sessions[Int(first)].merchantID, merchantTransactionID: transaction, sessions: Int(seen.sessions)))
    }
    statistics.repeatedTransactions.sort { $0.merchantTransactionID < $1.merchantTransactionID }
    statistics.tokensIssued = Int(tokens.issuedCount)
    statistics.connectionsOpen = connectionsOpen
    statistics.connectionsTotal = connectionsTotal
    return statistics
  }
}
