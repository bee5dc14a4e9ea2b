import CheckoutSession
import Ledger

/// The outstanding sessions and the quota, for people.
extension StatusReport {
  /// The part about sessions that are watched; nil if nothing is known of the ledger.
  var sessionsText: String? {
    guard let statistics = ledger.statistics else { return nil }
    guard let sessions = statistics.outstanding else {
      return
        "outstanding sessions\n  unknown: the ledger is of an older version; `run` or `reconcile` of this version will bring it up to date"
    }
    let lines = [
      "outstanding sessions   \(HumanText.number(sessions.count))\(sessions.oldest.map { ", the oldest for \(HumanText.duration(at - $0))" } ?? "")",
      "  unresolved           \(HumanText.number(sessions.unresolved))",
      "  past their deadline  \(HumanText.number(sessions.overdue))",
      "  due now (backlog)    \(HumanText.number(sessions.due)), and \(HumanText.number(sessions.leased)) in work",
      "  polls, last minute   \(HumanText.number(sessions.pollsLastMinute))",
      "  events to publish    \(backlog(sessions.unpublishedEvents))",
    ]
    return
      ([lines.joined(separator: "\n")] + [statuses(sessions), ages(sessions), ends(sessions)].compactMap(\.self) + [quotaText(sessions)])
      .joined(separator: "\n\n")
  }

  private func statuses(_ sessions: OutstandingStatistics) -> String? {
    guard sessions.count > 0 else { return nil }
    var table = TextTable(header: ["outstanding, by status", "sessions"], rightAligned: [1])
    for status in SessionStatus.allCases {
      let count = sessions.byStatus[status] ?? 0
      if status.isTerminal {
        if count > 0 { table.row("\(status.rawValue), event not published", HumanText.number(count)) }
      } else {
        table.row(status.rawValue, HumanText.number(count))
      }
    }
    return table.text
  }

  private func ages(_ sessions: OutstandingStatistics) -> String? {
    guard sessions.count > 0 else { return nil }
    var table = TextTable(header: ["outstanding, by age", "sessions"], rightAligned: [1])
    for bucket in sessions.byAge { table.row(Self.ages(from: bucket.ageFrom, below: bucket.ageBelow), HumanText.number(bucket.count)) }
    return table.text
  }

  private func ends(_ sessions: OutstandingStatistics) -> String? {
    guard sessions.endedTotal.values.contains(where: { $0 > 0 }) else { return nil }
    var table = TextTable(header: ["ended sessions", "sessions"], rightAligned: [1])
    for status in SessionStatus.allCases where status.isTerminal {
      table.row(status.rawValue, HumanText.number(sessions.endedTotal[status] ?? 0))
    }
    return table.text
  }

  private func quotaText(_ sessions: OutstandingStatistics) -> String {
    let members = members(of: sessions)
    guard !members.isEmpty else { return "gateway quota\n  shared by nobody now: no process sends, or there is no limit to share" }
    var table = TextTable(header: ["gateway quota", "processes", "part", "wanted"], rightAligned: [1, 2, 3])
    for lane in QuotaMember.Lane.allCases {
      let lane = (name: lane.rawValue.lowercased(), members: members.filter { $0.lane == lane })
      guard !lane.members.isEmpty else { continue }
      table.row(
        lane.name, HumanText.number(lane.members.count), Self.percent(lane.members.map(\.granted).reduce(0, +)),
        Self.percent(lane.members.map(\.demand).reduce(0, +)))
    }
    let pause = members.compactMap(\.pausedUntil).filter { $0 > at }.max()
    return table.text + (pause.map { "\n  the gateway has asked everybody to wait for another \(HumanText.duration($0 - at))" } ?? "")
  }

  /// The processes whose grants have not ended.
  func members(of sessions: OutstandingStatistics) -> [QuotaMember] { sessions.quotaMembers.filter { $0.grantedUntil > at } }

  /// Work that waits, and since when the oldest of it does.
  func backlog(_ backlog: LedgerStatistics.Backlog) -> String {
    HumanText.number(backlog.count) + (backlog.oldest.map { ", the oldest for \(HumanText.duration(at - $0))" } ?? "")
  }

  /// `1 to 5 min`, `15 min and older`; shorter units for sessions of a simulator whose time runs faster.
  static func ages(from: Duration, below: Duration?) -> String {
    let milliseconds = [from, below ?? from].map(\.wholeMilliseconds)
    let units: [(name: String, length: Int64)] = [("h", 3_600_000), ("min", 60_000), ("s", 1000)]
    let unit = units.first { unit in milliseconds.allSatisfy { $0.isMultiple(of: unit.length) } } ?? ("ms", 1)
    let (first, last) = (milliseconds[0] / unit.length, milliseconds[1] / unit.length)
    return below == nil ? "\(first) \(unit.name) and older" : "\(first) to \(last) \(unit.name)"
  }

  private static func percent(_ fraction: Double) -> String {
    fraction.isFinite ? "\(Int((max(0, min(fraction, 1000)) * 100).rounded())) %" : "unknown"
  }
}
