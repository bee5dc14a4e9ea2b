import CheckoutSession
import Kafka
import Ledger

/// `status --json`: one object on one line, stable for scripts. Every member is always present; what is unknown is null.
///
/// ```
/// {
///   "at": "2026-01-31T12:00:00.000Z",
///   "oldestUnanswered": {"at": RFC 3339, "ageSeconds": N},       both null: none waits, or unknown
///   "ledger": {
///     "location": PATH or "memory:", "state": "ok" | "absent" | "empty" | "memory" | "unreadable",
///     "reason": TEXT or null,                                    why it is unreadable
///     "identities": N, "decisions": {"CREATED": N, "REJECTED": N, "EXPIRED": N, "FAILED": N},
///     "undecided": {"count": N, "oldestAt": RFC 3339 or null}, "inDoubt": N,
///     "unpublished": {"count": N, "oldestAt": RFC 3339 or null},
///     "liveSessions": [{"ageFromSeconds": N, "ageBelowSeconds": N, "count": N}, …],
///     "inDoubtClaimsTotal": N, "publishedTotal": N, "lastPublishedAt": RFC 3339 or null, "fileBytes": N
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
        writer.object("oldestUnanswered") { writer in
          writer.optional("at", oldestUnanswered)
          writer.optional("ageSeconds", oldestUnanswered.map { max(0, (at - $0).wholeMilliseconds / 1000) })
        }
        writer.object("ledger") { Self.write(ledger, to: &$0) }
        writer.object("kafka") { Self.write(group, to: &$0) }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ ledger: LedgerStatus, to writer: inout JSONWriter) {
    let statistics = ledger.statistics
    writer.member("location", ledger.location)
    writer.member("state", ledger.state.rawValue)
    writer.optional("reason", ledger.failure?.description)
    writer.optional("identities", statistics?.identities)
    writer.object("decisions") { writer in
      for outcome in ReplyOutcome.allCases { writer.optional(outcome.rawValue, statistics.map { $0.decisions[outcome] ?? 0 }) }
    }
    write("undecided", statistics?.undecided, to: &writer)
    writer.optional("inDoubt", statistics?.inDoubt)
    write("unpublished", statistics?.unpublished, to: &writer)
    writer.name("liveSessions")
    if let sessions = statistics?.liveSessions { write(sessions, to: &writer) } else { writer.null() }
    writer.optional("inDoubtClaimsTotal", statistics?.inDoubtClaimsTotal)
    writer.optional("publishedTotal", statistics?.publishedTotal)
    writer.optional("lastPublishedAt", statistics?.lastPublishedAt)
    writer.optional("fileBytes", statistics?.fileBytes)
  }

  private static func write(_ name: String, _ backlog: LedgerStatistics.Backlog?, to writer: inout JSONWriter) {
    writer.object(name) { writer in
      writer.optional("count", backlog?.count)
      writer.optional("oldestAt", backlog?.oldest)
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
    writer.optional("reason", group.failure?.description)
    writer.optional("lag", group.lag)
    writer.optional("oldestUncommittedAt", group.oldestUncommitted)
    writer.name("partitions")
    guard let partitions = group.partitions else { return writer.null() }
    writer.beginArray()
    for partition in partitions {
      writer.object { writer in
        writer.member("partition", partition.partition.partition)
        writer.optional("committed", partition.committed)
        writer.member("end", partition.end)
        writer.optional("lag", partition.lag)
      }
    }
    writer.endArray()
  }
}

extension JSONWriter {
  /// A member that is an integer, or null.
  fileprivate mutating func optional(_ name: String, _ value: (some BinaryInteger)?) {
    self.name(name)
    if let value { integer(value) } else { null() }
  }

  /// A member that is a string, or null.
  fileprivate mutating func optional(_ name: String, _ value: String?) {
    self.name(name)
    if let value { string(value) } else { null() }
  }

  /// A member that is a moment, or null.
  fileprivate mutating func optional(_ name: String, _ value: Timestamp?) {
    self.name(name)
    if let value { timestamp(value) } else { null() }
  }
}
