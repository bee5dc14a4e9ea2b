import CheckoutSession

/// What a prune did, or would do.
struct LedgerPruneReport: Hashable, Sendable {
  /// The ledger's file.
  var location: String
  /// Requests decided before this moment were meant.
  var before: Timestamp
  /// `--older-than`.
  var age: Duration
  /// Replays claimed before this moment were meant.
  var replaysBefore: Timestamp
  /// `replay.historyRetention`.
  var replaysAge: Duration
  /// How many were forgotten; with ``isDryRun``, would be. Nil if that is not counted.
  var forgotten: Int? = 0
  /// How many replays, and runs of which none is left, were forgotten; with ``isDryRun``, how many replays would be. Nil if that is not counted.
  var forgottenReplays: Int? = 0
  /// How many are as old and stay, because their sessions have not ended.
  var keptOutstanding: Int?
  /// Whether nothing was changed.
  var isDryRun: Bool
  /// Whether it came to its end; if not, more are left.
  var isComplete = true
  /// Why there was nothing to look at.
  var nothing: String?

  /// The report about a ledger that is not there.
  func with(nothing reason: String) -> LedgerPruneReport {
    var report = self
    report.nothing = reason
    return report
  }

  /// For people, three lines at most.
  var text: String {
    if let nothing { return "\(nothing): nothing to forget" }
    let verb = isDryRun ? "would forget" : "forgot"
    let what = forgotten.map { HumanText.count($0, "request") } ?? "the requests"
    var lines = [
      "\(isComplete ? "" : "asked to end: ")\(verb) \(what) decided before \(before.rfc3339) (\(DurationText.text(of: age)) ago)"
        + (isComplete ? "" : ", the next run goes on")
    ]
    if let keptOutstanding, keptOutstanding > 0 {
      let (those, their) =
        keptOutstanding == 1
        ? ("1 that is as old is", "its session has") : ("\(HumanText.number(keptOutstanding)) that are as old are", "their sessions have")
      lines.append("\(those) kept: \(their) not ended, see `checkout-worker status`")
    }
    if let forgottenReplays, forgottenReplays > 0 {
      lines.append(
        "\(verb) \(HumanText.count(forgottenReplays, "replay")) claimed before \(replaysBefore.rfc3339) (\(DurationText.text(of: replaysAge)) ago)"
      )
    }
    return lines.joined(separator: "\n")
  }

  /// For scripts, one line:
  /// `{"ledger": PATH, "before": RFC 3339, "dryRun": BOOL, "complete": BOOL, "forgotten": N or null, "keptOutstanding": N or null,
  /// "replaysBefore": RFC 3339, "forgottenReplays": N or null}`
  var json: String {
    var bytes: [UInt8] = []
    JSONWriter.append(to: &bytes) { writer in
      writer.object { writer in
        writer.member("ledger", location)
        writer.member("before", before)
        writer.member("dryRun", isDryRun)
        writer.member("complete", isComplete)
        writer.memberOrNull("forgotten", forgotten)
        writer.memberOrNull("keptOutstanding", keptOutstanding)
        writer.member("replaysBefore", replaysBefore)
        writer.memberOrNull("forgottenReplays", forgottenReplays)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
