import Audit
import CheckoutSession

extension AuditReport {
  /// What stands in front of the exceptions.
  var text: String {
    var parts = [heading, records.text, sessions.text, invariants.text]
    if !notes.isEmpty { parts.append(notes.map { "  \($0)" }.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }

  /// The last line: the verdict.
  var verdict: String {
    let cost =
      "\(HumanText.count(recordsRead, "record")) read and judged in \(HumanText.duration(elapsed)), scratch file \(HumanText.bytes(scratchBytes))"
    guard isComplete else { return "NOT COMPLETE: \(HumanText.count(totals.findingsCount, "exception")). \(cost)" }
    return "COMPLETE: no exception. \(cost)"
  }

  private var heading: String {
    let ledgerText =
      switch ledger {
      case .read: "ledger \(ledgerLocation), \(HumanText.count(totals.generations, "generation"))"
      case .none(let reason): "topics alone, no ledger: \(reason)"
      }
    return "audit of \(topics.requests) by group \(group), \(at.rfc3339)\n  \(ledgerText)"
  }

  private var records: TextTable {
    var table = TextTable(header: ["requests", "records"], rightAligned: [1])
    table.row("read, in the range", HumanText.number(totals.requests))
    table.row("consumed", HumanText.number(totals.consumed.count))
    table.row("  = replied", HumanText.number(totals.consumed.replied))
    table.row("  + dead-lettered", HumanText.number(totals.consumed.deadLettered))
    table.row("  + unanswered (exceptions)", HumanText.number(totals.consumed.unanswered))
    if totals.consumed.outside > 0 { table.row("  + answered before the topics begin", HumanText.number(totals.consumed.outside)) }
    table.row("not consumed yet: waiting", HumanText.number(totals.waiting))
    if totals.answeredAhead > 0 { table.row("not committed yet: answered", HumanText.number(totals.answeredAhead)) }
    return table
  }

  private var sessions: TextTable {
    var table = TextTable(header: ["published sessions", "sessions"], rightAligned: [1])
    table.row("created", HumanText.number(totals.created.count))
    table.row("  = ended", HumanText.number(totals.created.ended))
    table.row("  + outstanding", HumanText.number(totals.created.outstanding))
    table.row("  + without an end (exceptions)", HumanText.number(totals.created.withoutEnd))
    if totals.created.outside > 0 { table.row("  + ended before the topic begins", HumanText.number(totals.created.outside)) }
    if totals.overdue > 0 { table.row("outstanding past their end", HumanText.number(totals.overdue)) }
    if totals.unresolved > 0 { table.row("outstanding and UNRESOLVED", HumanText.number(totals.unresolved)) }
    return table
  }

  private var invariants: TextTable {
    var table = TextTable(header: ["guarantee", "", "exceptions"], rightAligned: [2])
    for invariant in AuditInvariant.allCases {
      table.row(invariant.name, invariant.title, HumanText.number(totals.count(of: invariant)))
    }
    return table
  }

  private var notes: [String] {
    var notes: [String] = []
    if totals.repeatedReplies + totals.repeatedEvents > 0 {
      notes.append(
        "repeated, as crashes and repeated requests do: \(HumanText.count(totals.repeatedReplies, "reply", "replies")), \(HumanText.count(totals.repeatedEvents, "status event"))"
      )
    }
    if totals.neverPublished > 0 {
      notes.append("made but never published: \(HumanText.count(totals.neverPublished, "session")) that nobody can open (I8)")
    }
    if totals.repliesOutside + totals.deadLettersOutside > 0 {
      notes.append(
        "outside the range: \(HumanText.count(totals.repliesOutside, "reply", "replies")) and \(HumanText.count(totals.deadLettersOutside, "dead letter")) of requests that are not in it"
      )
    }
    if let repliesFrom { notes.append("replies are known from \(repliesFrom.rfc3339) on: what was asked before is not judged") }
    if let eventsFrom { notes.append("status events are known from \(eventsFrom.rfc3339) on: what was created before is not judged") }
    if let oldest = totals.oldestWaiting { notes.append("the oldest waiting request was written at \(oldest.rfc3339)") }
    return notes
  }
}

extension AuditFinding {
  /// One line: guarantee, code, place, whose, what is wrong.
  var line: String {
    var line = "  \(code.invariant.name)  \(code.rawValue)  \(place)"
    if let identity { line += "  request \(Self.printable(identity.requestID)) of merchant \(Self.printable(identity.merchantID))" }
    if let sessionID { line += "  session \(sessionID)" }
    return line + ": " + explanation
  }

  /// Ids come from outside: what could move a terminal's cursor is left out.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || 0x7F...0x9F ~= $0.value ? "\u{FFFD}" : $0 }))
  }
}
