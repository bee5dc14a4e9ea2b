import Audit
import CheckoutSession

/// `audit --json`: one object a line, stable for scripts. First every exception, then, as the last line, the report. Unknown is null.
///
/// ```
/// {"type": "exception", "invariant": "I1", "code": TEXT, "topic": TEXT, "partition": N, "offset": N,
///  "other": {"topic": TEXT, "partition": N, "offset": N} or null, "merchantId": TEXT or null, "requestId": TEXT or null,
///  "sessionId": TEXT or null, "text": TEXT}
/// {"type": "report", "at": RFC 3339, "complete": BOOL, "exceptions": N,
///  "invariants": {"I1": N, "I2": N, "I3": N, "I4": N, "I5": N, "I7": N}, "codes": {"REPLY_MISSING": N, …every code…},
///  "requests": {"read": N, "consumed": N, "replied": N, "deadLettered": N, "unanswered": N, "outside": N, "waiting": N, "answeredAhead": N,
///               "oldestWaitingAt": RFC 3339 or null},
///  "sessions": {"created": N, "ended": N, "outstanding": N, "withoutEnd": N, "outside": N, "overdue": N, "unresolved": N,
///               "neverPublished": N},
///  "replies": {"read": N, "repeated": N, "outside": N, "heldFrom": RFC 3339 or null},
///  "events": {"read": N, "repeated": N, "heldFrom": RFC 3339 or null}, "deadLetters": {"read": N, "outside": N},
///  "ledger": {"read": BOOL, "location": TEXT, "reason": TEXT or null, "generations": N},
///  "since": RFC 3339 or null, "until": RFC 3339 or null, "identities": N, "recordsRead": N, "scratchBytes": N, "elapsedMilliseconds": N}
/// ```
extension AuditReport {
  /// The report's line, without a line end.
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { writer in
      writer.object { writer in
        writer.member("type", "report")
        writer.member("at", at)
        writer.member("complete", isComplete)
        writer.member("exceptions", totals.findingsCount)
        writer.object("invariants") { writer in
          for invariant in AuditInvariant.allCases { writer.member(invariant.name, totals.count(of: invariant)) }
        }
        writer.object("codes") { writer in
          for code in AuditFinding.Code.allCases { writer.member(code.rawValue, totals.findings[code] ?? 0) }
        }
        writeRequests(&writer)
        writeSessions(&writer)
        writeOthers(&writer)
        writer.memberOrNull("since", range.since)
        writer.memberOrNull("until", range.until)
        writer.member("identities", totals.identities)
        writer.member("recordsRead", recordsRead)
        writer.member("scratchBytes", scratchBytes)
        writer.member("elapsedMilliseconds", elapsed.wholeMilliseconds)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func writeRequests(_ writer: inout JSONWriter) {
    writer.object("requests") { writer in
      writer.member("read", totals.requests)
      writer.member("consumed", totals.consumed.count)
      writer.member("replied", totals.consumed.replied)
      writer.member("deadLettered", totals.consumed.deadLettered)
      writer.member("unanswered", totals.consumed.unanswered)
      writer.member("outside", totals.consumed.outside)
      writer.member("waiting", totals.waiting)
      writer.member("answeredAhead", totals.answeredAhead)
      writer.memberOrNull("oldestWaitingAt", totals.oldestWaiting)
    }
  }

  private func writeSessions(_ writer: inout JSONWriter) {
    writer.object("sessions") { writer in
      writer.member("created", totals.created.count)
      writer.member("ended", totals.created.ended)
      writer.member("outstanding", totals.created.outstanding)
      writer.member("withoutEnd", totals.created.withoutEnd)
      writer.member("outside", totals.created.outside)
      writer.member("overdue", totals.overdue)
      writer.member("unresolved", totals.unresolved)
      writer.member("neverPublished", totals.neverPublished)
    }
  }

  private func writeOthers(_ writer: inout JSONWriter) {
    writer.object("replies") { writer in
      writer.member("read", totals.replies)
      writer.member("repeated", totals.repeatedReplies)
      writer.member("outside", totals.repliesOutside)
      writer.memberOrNull("heldFrom", repliesFrom)
    }
    writer.object("events") { writer in
      writer.member("read", totals.events)
      writer.member("repeated", totals.repeatedEvents)
      writer.memberOrNull("heldFrom", eventsFrom)
    }
    writer.object("deadLetters") { writer in
      writer.member("read", totals.deadLetters)
      writer.member("outside", totals.deadLettersOutside)
    }
    writer.object("ledger") { writer in
      writer.member("read", ledger == .read)
      writer.member("location", ledgerLocation)
      if case .none(let reason) = ledger { writer.member("reason", reason) } else { writer.memberOrNull("reason", nil as String?) }
      writer.member("generations", totals.generations)
    }
  }
}

extension AuditFinding {
  /// The exception's line, without a line end.
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { writer in
      writer.object { writer in
        writer.member("type", "exception")
        writer.member("invariant", code.invariant.name)
        writer.member("code", code.rawValue)
        Self.write(place, to: &writer)
        writer.name("other")
        if let other { writer.object { Self.write(other, to: &$0) } } else { writer.null() }
        writer.memberOrNull("merchantId", identity?.merchantID)
        writer.memberOrNull("requestId", identity?.requestID)
        writer.memberOrNull("sessionId", sessionID)
        writer.member("text", explanation)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ place: RecordCoordinate, to writer: inout JSONWriter) {
    writer.member("topic", place.topic)
    writer.member("partition", place.partition)
    writer.member("offset", place.offset)
  }
}
