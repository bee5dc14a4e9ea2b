import CheckoutSession

/// What a chaos run says of itself at its end.
struct ChaosSummary: Sendable {
  let settings: ChaosSettings
  let counts: ChaosRecord.Counts
  let topics: ObservedTopics
  let verdict: ChaosVerdict
  let sessionsCount: Int
  let orphansMax: Int
  let peakPerSecond: Int64

  var lines: [String] {
    // The power cut kills all of them once more.
    let crashes = counts.kills + settings.workersCount + settings.reconcilersCount
    let repeated = topics.repliesCount - topics.requestsCount
    let events = topics.events.values.joined().map { $0.count - 1 }.reduce(0, +)
    let ends = verdict.endsCount.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
    return [
      "seed \(settings.seed), ledger \(settings.ledger.rawValue), \(settings.seconds) s",
      "\(counts.kills) kills (\(counts.missedKills) met nobody), \(counts.freezes) freezes, \(counts.leaves) leaves and joins, "
        + "longest drain \(counts.longestDrain.shown)",
      "\(counts.gatewayOutages) gateway outages, \(counts.brokerRestarts) broker restarts, \(counts.databaseRestarts) PostgreSQL restarts, "
        + "\(counts.fullDisks) full disks, \(counts.clockSteps) clock steps, \(counts.restarts) restarts over them",
      "\(topics.requests.count) requests in \(topics.requestsCount) records, \(sessionsCount) sessions, ends: \(ends.joined(separator: ", "))",
      "lost \(verdict.lost.count), conflicting replies \(verdict.conflicting.count), false terminal \(verdict.falseEnds.count), "
        + "given up \(verdict.deadLettered.count)",
      "orphans \(verdict.orphansCount): \(verdict.faultedCount) by faults of the gateway, "
        + "\(verdict.orphansCount - verdict.faultedCount) by kills and outages (bound \(orphansMax)); \(verdict.newGenerations) new generations, "
        + "\(verdict.untoldCount) unpublished sessions with events",
      "repeated replies \(repeated), \(hundredths(repeated, of: crashes)) per crash; repeated events \(events), "
        + "\(hundredths(events, of: crashes)) per crash",
      "peak \(peakPerSecond) requests in a second of \(ChaosSettings.quotaPerSecond) and a burst of \(ChaosSettings.quotaBurst)",
    ]
  }

  private func hundredths(_ count: Int, of crashes: Int) -> String {
    let hundredths = count * 100 / crashes
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
