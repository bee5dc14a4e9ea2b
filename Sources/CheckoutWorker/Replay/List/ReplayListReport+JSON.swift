import CheckoutSession
import Replay

/// `replay list --json`: one object a line, stable for scripts. First every group, those with the most dead letters first, then, as the last line, the report.
/// Unknown is null. Of "class" to "hour" a group has the members that it is grouped by.
///
/// ```
/// {"type": "group", "class": TEXT, "code": TEXT, "merchantId": TEXT or null, "mode": TEXT or null, "hour": RFC 3339, "count": N,
///  "replayed": N or null, "oldest": RFC 3339, "newest": RFC 3339, "canSucceed": {"yes": N, "after-configuration": N, "if-edited": N, "unknown": N,
///  "over-limit": N, "no": N},
///  "example": {"topic": TEXT, "partition": N, "offset": N, "requestId": TEXT or null, "httpStatus": N or null, "detail": TEXT}}
/// {"type": "others", …as a group, without "class" to "hour": what there was no room for as groups…}
/// {"type": "report", "at": RFC 3339, "topic": TEXT, "filters": TEXT, "deadLetters": N, "groups": N, "replayed": N or null,
///  "open": {"yes": N, …as "canSucceed", of those that are not replayed…}, "ledger": {"read": BOOL, "reason": TEXT or null}, "recordsRead": N,
///  "elapsedMilliseconds": N}
/// ```
extension ReplayListReport {
  /// The lines, without a trailing newline.
  var json: String {
    var lines = summary.ordered.map { line(type: "group", $0.key, $0.group) }
    if let others = summary.others { lines.append(line(type: "others", nil, others)) }
    lines.append(reportLine)
    return lines.joined(separator: "\n")
  }

  private var reportLine: String {
    Self.line { writer in
      writer.member("type", "report")
      writer.member("at", at)
      writer.member("topic", topic)
      writer.member("filters", filters.text)
      writer.member("deadLetters", summary.count)
      writer.member("groups", summary.groups.count)
      writer.memberOrNull("replayed", ledgerReason == nil ? summary.replayedCount : nil)
      Self.write("open", summary.openProspects, &writer)
      writer.object("ledger") { writer in
        writer.member("read", ledgerReason == nil)
        writer.memberOrNull("reason", ledgerReason)
      }
      writer.member("recordsRead", recordsRead)
      writer.member("elapsedMilliseconds", elapsed.wholeMilliseconds)
    }
  }

  private func line(type: String, _ key: DeadLetterGroupKey?, _ group: DeadLetterGroup) -> String {
    Self.line { writer in
      writer.member("type", type)
      if let key { write(key, &writer) }
      writer.member("count", group.count)
      writer.memberOrNull("replayed", group.replayedCount)
      writer.member("oldest", group.oldest)
      writer.member("newest", group.newest)
      Self.write("canSucceed", group.prospects, &writer)
      writer.object("example") { writer in
        writer.member("topic", group.example.place.topic)
        writer.member("partition", group.example.place.partition)
        writer.member("offset", group.example.place.offset)
        writer.memberOrNull("requestId", group.example.requestID)
        writer.memberOrNull("httpStatus", group.example.httpStatus)
        writer.member("detail", group.example.message)
      }
    }
  }

  private func write(_ key: DeadLetterGroupKey, _ writer: inout JSONWriter) {
    writer.memberIfPresent("class", key.errorClass?.rawValue)
    writer.memberIfPresent("code", key.code)
    if summary.parts.contains(.merchant) { writer.memberOrNull("merchantId", key.merchantID) }
    if summary.parts.contains(.mode) { writer.memberOrNull("mode", key.mode?.rawValue) }
    if let hour = key.hour { writer.member("hour", hour) }
  }

  private static func write(_ name: String, _ prospects: [ReplayProspect: Int], _ writer: inout JSONWriter) {
    writer.object(name) { writer in
      for prospect in ReplayProspect.allCases { writer.member(prospect.rawValue, prospects[prospect] ?? 0) }
    }
  }

  private static func line(_ body: (inout JSONWriter) -> Void) -> String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { writer in writer.object { body(&$0) } }
    return String(decoding: bytes, as: UTF8.self)
  }
}
