import CheckoutSession
import Replay

/// Runs and their records as `replay history` prints them.
struct ReplayHistoryText {
  /// Now, by the ledger's clock: it tells a run that lives from one that died.
  let now: Timestamp

  // MARK: For people

  /// The runs, the newest first.
  func table(_ runs: [ReplayRunReport]) -> String {
    var table = TextTable(
      header: ["run", "begun", "by", "plan", "end", "sent", "answered", "dropped", "in doubt"], rightAligned: [0, 5, 7, 8])
    for item in runs {
      let answered = ReplyOutcome.allCases.compactMap { outcome in
        item.outcomes[outcome].map { "\(HumanText.number($0)) \(outcome.rawValue)" }
      }
      table.row(
        "\(item.number)", item.run.startedAt.rfc3339, "\(item.run.user)@\(item.run.host)", item.run.planHash.short, end(item.run),
        HumanText.number(sent(item)), answered.isEmpty ? "-" : answered.joined(separator: ", "),
        HumanText.number(item.states[.dropped] ?? 0), HumanText.number(item.states[.claimed] ?? 0))
    }
    return table.text
  }

  /// A record of a run.
  func line(_ record: ReplayRecord) -> String {
    let claim = record.claim
    var parts = ["  \(claim.deadLetter)", claim.identity.merchantID, claim.identity.requestID, claim.action.rawValue]
    switch record.state {
    case .claimed: parts.append("in doubt: claimed \(record.claimedAt.rfc3339), not known to be sent")
    case .dropped: parts.append("dropped \(record.claimedAt.rfc3339)\(claim.reason.map { ": \($0)" } ?? "")")
    case .sent: parts.append("replay \(record.count), sent \(record.sentAt?.rfc3339 ?? "?"), answer not seen")
    case .answered: parts.append("replay \(record.count), sent \(record.sentAt?.rfc3339 ?? "?"), \(record.answer?.short ?? "answered")")
    }
    return parts.joined(separator: "  ")
  }

  /// Sent, whether answered or not.
  private func sent(_ item: ReplayRunReport) -> Int { (item.states[.sent] ?? 0) + (item.states[.answered] ?? 0) }

  private func end(_ run: ReplayRun) -> String {
    if let ended = run.ended { return ended.end.rawValue }
    return run.aliveUntil > now ? "running" : "DIED"
  }

  // MARK: For scripts

  /// A run: one JSON object.
  func json(_ item: ReplayRunReport) -> String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("run", item.number)
        json.member("startedAt", item.run.startedAt)
        json.member("user", item.run.user)
        json.member("host", item.run.host)
        json.member("plan", item.run.planHash.hexadecimal)
        json.member("end", end(item.run).uppercased())
        json.memberOrNull("endedAt", item.run.ended?.at.rfc3339)
        json.member("sent", sent(item))
        json.object("answered") { json in
          for outcome in ReplyOutcome.allCases { if let count = item.outcomes[outcome] { json.member(outcome.rawValue, count) } }
        }
        json.member("dropped", item.states[.dropped] ?? 0)
        json.member("inDoubt", item.states[.claimed] ?? 0)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A record: one JSON object.
  func json(_ record: ReplayRecord) -> String {
    var bytes: [UInt8] = []
    let claim = record.claim
    JSONWriter.append(to: &bytes) { json in
      json.object { json in
        json.member("deadLetter", claim.deadLetter.description)
        json.member("origin", claim.origin.description)
        json.member("merchantId", claim.identity.merchantID)
        json.member("requestId", claim.identity.requestID)
        json.member("action", claim.action.rawValue)
        json.memberIfPresent("reason", claim.reason)
        json.member("state", record.state.rawValue)
        json.member("count", record.count)
        json.member("claimedAt", record.claimedAt)
        json.memberOrNull("sentAt", record.sentAt?.rfc3339)
        json.memberOrNull("bodySha256", claim.bodyHash?.hexadecimal)
        json.memberOrNull("originalSha256", claim.originalHash?.hexadecimal)
        json.memberOrNull("outcome", record.answer?.outcome.rawValue)
        json.memberOrNull("generation", record.answer?.generation)
        json.memberOrNull("errorCode", record.answer?.errorCode)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
