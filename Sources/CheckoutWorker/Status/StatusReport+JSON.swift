import CheckoutSession
import Kafka
import Ledger

/// `status --json`: one object on one line, stable for scripts. Every member is always present; what is unknown is null.
///
/// ```
/// {
///   "at": "2026-01-31T12:00:00.000Z",
///   "findings": [{"code": TEXT, "text": TEXT}, …],               what needs attention, the worst first; codes: StatusFinding
///   "oldestUnanswered": {"at": RFC 3339, "ageSeconds": N},       both null: none waits, or unknown
///   "ledger": {
///     "location": PATH or "memory:", "state": "ok" | "absent" | "empty" | "memory" | "unreadable",
///     "reason": TEXT or null,                                    why it is unreadable
///     "identities": N, "decisions": {"CREATED": N, "REJECTED": N, "EXPIRED": N, "FAILED": N},
///     "undecided": {"count": N, "oldestAt": RFC 3339 or null}, "inDoubt": N,
///     "unpublished": {"count": N, "oldestAt": RFC 3339 or null},
///     "liveSessions": [{"ageFromSeconds": N, "ageBelowSeconds": N, "count": N}, …],
///     "inDoubtClaimsTotal": N, "publishedTotal": N, "lastPublishedAt": RFC 3339 or null, "fileBytes": N,
///     "outstanding": {                                           every member null in a ledger of the version before
///       "count": N, "unresolved": N, "overdue": N, "due": N, "leased": N, "oldestAt": RFC 3339 or null,
///       "byStatus": {"ACCEPTED": N, …every status…},             one that has ended stands here until its event is published
///       "byAge": [{"ageFromSeconds": N, "ageBelowSeconds": N or null, "count": N}, …],
///       "pollsLastMinute": N, "pollsTotal": N,
///       "unpublishedEvents": {"count": N, "oldestAt": RFC 3339 or null}, "publishedEventsTotal": N,
///       "endedTotal": {"COMPLETED": N, …every terminal status…}
///     },
///     "quotaMembers": [{"lane": "CREATION" | "RECONCILIATION", "granted": 0…1, "demand": 0…1, "grantedUntil": RFC 3339,
///                       "pausedUntil": RFC 3339 or null}, …]
///   },
///   "kafka": {
///     "bootstrapServers": TEXT, "group": TEXT, "topic": TEXT, "state": "ok" | "unknown", "reason": TEXT or null,
///     "lag": N, "oldestUncommittedAt": RFC 3339 or null,
///     "partitions": [{"partition": N, "committed": N or null, "end": N, "lag": N or null}, …]
///   }
/// }
/// ```
///
/// The numbers of `ledger` are null unless its state is `ok` (objects keep their members, arrays become null); those of `kafka` likewise.
extension StatusReport {
  /// The object, without a line end.
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { writer in
      writer.object { writer in
        writer.member("at", at)
        writer.array("findings") { writer in
          for finding in findings {
            writer.object { writer in
              writer.member("code", finding.code.rawValue)
              writer.member("text", finding.text)
            }
          }
        }
        writer.object("oldestUnanswered") { writer in
          writer.memberOrNull("at", oldestUnanswered)
          writer.memberOrNull("ageSeconds", oldestUnanswered.map { max(0, (at - $0).wholeMilliseconds / 1000) })
        }
        writer.object("ledger") { writer in
          Self.write(ledger, to: &writer)
          write(ledger.statistics?.outstanding, to: &writer)
        }
        writer.object("kafka") { Self.write(group, to: &$0) }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ ledger: LedgerStatus, to writer: inout JSONWriter) {
    let statistics = ledger.statistics
    writer.member("location", ledger.location)
    writer.member("state", ledger.state.rawValue)
    writer.memberOrNull("reason", ledger.failure?.description)
    writer.memberOrNull("identities", statistics?.identities)
    writer.object("decisions") { writer in
      for outcome in ReplyOutcome.allCases { writer.memberOrNull(outcome.rawValue, statistics.map { $0.decisions[outcome] ?? 0 }) }
    }
    write("undecided", statistics?.undecided, to: &writer)
    writer.memberOrNull("inDoubt", statistics?.inDoubt)
    write("unpublished", statistics?.unpublished, to: &writer)
    writer.name("liveSessions")
    if let sessions = statistics?.liveSessions { write(sessions, to: &writer) } else { writer.null() }
    writer.memberOrNull("inDoubtClaimsTotal", statistics?.inDoubtClaimsTotal)
    writer.memberOrNull("publishedTotal", statistics?.publishedTotal)
    writer.memberOrNull("lastPublishedAt", statistics?.lastPublishedAt)
    writer.memberOrNull("fileBytes", statistics?.fileBytes)
  }

  static func write(_ name: String, _ backlog: LedgerStatistics.Backlog?, to writer: inout JSONWriter) {
    writer.object(name) { writer in
      writer.memberOrNull("count", backlog?.count)
      writer.memberOrNull("oldestAt", backlog?.oldest)
    }
  }

  private static func write(_ sessions: [LedgerStatistics.LiveSessions], to writer: inout JSONWriter) {
    writer.beginArray()
    for bucket in sessions {
      writer.object { writer in
        writer.member("ageFromSeconds", bucket.ageFrom.components.seconds)
        writer.member("ageBelowSeconds", bucket.ageBelow.components.seconds)
        writer.member("count", bucket.count)
      }
    }
    writer.endArray()
  }

  private static func write(_ group: GroupStatus, to writer: inout JSONWriter) {
    writer.member("bootstrapServers", group.bootstrapServers)
    writer.member("group", group.group)
    writer.member("topic", group.topic)
    writer.member("state", group.failure == nil ? "ok" : "unknown")
    writer.memberOrNull("reason", group.failure?.description)
    writer.memberOrNull("lag", group.lag)
    writer.memberOrNull("oldestUncommittedAt", group.oldestUncommitted)
    writer.name("partitions")
    guard let partitions = group.partitions else { return writer.null() }
    writer.beginArray()
    for partition in partitions {
      writer.object { writer in
        writer.member("partition", partition.partition.partition)
        writer.memberOrNull("committed", partition.committed)
        writer.member("end", partition.end)
        writer.memberOrNull("lag", partition.lag)
      }
    }
    writer.endArray()
  }
}

extension JSONWriter {
  /// A member that is a moment, or null.
  mutating func memberOrNull(_ name: String, _ value: Timestamp?) {
    self.name(name)
    if let value { timestamp(value) } else { null() }
  }
}
