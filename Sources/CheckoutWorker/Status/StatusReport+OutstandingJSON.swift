import CheckoutSession
import Ledger

/// `ledger.outstanding` and `ledger.quotaMembers` of `status --json`.
extension StatusReport {
  /// Writes both members; objects keep theirs when nothing is known.
  func write(_ sessions: OutstandingStatistics?, to writer: inout JSONWriter) {
    writer.object("outstanding") { writer in
      writer.memberOrNull("count", sessions?.count)
      writer.memberOrNull("unresolved", sessions?.unresolved)
      writer.memberOrNull("overdue", sessions?.overdue)
      writer.memberOrNull("longOverdue", sessions?.longOverdue)
      writer.memberOrNull("due", sessions?.due)
      writer.memberOrNull("oldestDueAt", sessions?.oldestDue)
      writer.memberOrNull("leased", sessions?.leased)
      writer.memberOrNull("oldestAt", sessions?.oldest)
      Self.write("byStatus", sessions?.byStatus, of: SessionStatus.allCases, to: &writer)
      writer.name("byAge")
      if let ages = sessions?.byAge { Self.write(ages, to: &writer) } else { writer.null() }
      writer.memberOrNull("pollsLastMinute", sessions?.pollsLastMinute)
      writer.memberOrNull("pollsTotal", sessions?.pollsTotal)
      Self.write("unpublishedEvents", sessions?.unpublishedEvents, to: &writer)
      writer.memberOrNull("publishedEventsTotal", sessions?.publishedEventsTotal)
      Self.write("endedTotal", sessions?.endedTotal, of: SessionStatus.allCases.filter(\.isTerminal), to: &writer)
    }
    writer.name("quotaMembers")
    if let sessions { Self.write(members(of: sessions), to: &writer) } else { writer.null() }
  }

  private static func write(_ name: String, _ counts: [SessionStatus: Int]?, of statuses: [SessionStatus], to writer: inout JSONWriter) {
    writer.object(name) { writer in
      for status in statuses { writer.memberOrNull(status.rawValue, counts.map { $0[status] ?? 0 }) }
    }
  }

  private static func write(_ ages: [OutstandingStatistics.Age], to writer: inout JSONWriter) {
    writer.beginArray()
    for bucket in ages {
      writer.object { writer in
        writer.member("ageFromSeconds", bucket.ageFrom.components.seconds)
        writer.memberOrNull("ageBelowSeconds", bucket.ageBelow?.components.seconds)
        writer.member("count", bucket.count)
      }
    }
    writer.endArray()
  }

  private static func write(_ members: [QuotaMember], to writer: inout JSONWriter) {
    writer.beginArray()
    for member in members {
      writer.object { writer in
        writer.member("lane", member.lane.rawValue)
        writer.fraction("granted", member.granted)
        writer.fraction("demand", member.demand)
        writer.member("grantedUntil", member.grantedUntil)
        writer.memberOrNull("pausedUntil", member.pausedUntil)
      }
    }
    writer.endArray()
  }
}

extension JSONWriter {
  /// A member that is a number from 0 to 1, to three digits.
  fileprivate mutating func fraction(_ name: String, _ value: Double) {
    self.name(name)
    let thousandths = value.isFinite ? Int((max(0, min(value, 1)) * 1000).rounded()) : 0
    raw("\(Double(thousandths) / 1000)".utf8)
  }
}
