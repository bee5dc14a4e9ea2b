import CheckoutSession
import GatewaySimulator

/// What the demo prints at its end.
struct DemoReport {
  let verdict: DemoVerdict
  let sessions: DemoSessionReport
  let differences: DemoDifferences
  let replies: [DemoReply]
  let latencies: [Duration]
  let elapsed: Duration
  let gateway: SimulatorStatistics

  /// The whole text.
  var text: String {
    let parts = [outcomes, figures, sessions.text, faults, samples, differences.isEmpty ? agreement : namedDifferences]
    return parts.joined(separator: "\n\n")
  }

  private var outcomes: String {
    var table = TextTable(header: ["requests", "published", "CREATED", "REJECTED", "EXPIRED", "FAILED"], rightAligned: [1, 2, 3, 4, 5])
    var total = DemoVerdict.Row()
    for kind in DemoRequest.Kind.allCases {
      guard let row = verdict.rows[kind] else { continue }
      add(kind.rawValue, row, to: &table)
      total.requests += row.requests
      total.replies.merge(row.replies, uniquingKeysWith: +)
    }
    add("all", total, to: &table)
    return table.text
  }

  private func add(_ name: String, _ row: DemoVerdict.Row, to table: inout TextTable) {
    func count(_ outcome: ReplyOutcome) -> String { row.replies[outcome].map(String.init) ?? "·" }
    table.row(name, String(row.requests), count(.created), count(.rejected), count(.expired), count(.failed))
  }

  private var figures: String {
    let seconds = Double(elapsed.wholeMilliseconds) / 1000
    let quantile = DemoQuantiles(latencies)
    func text(_ share: Double) -> String { quantile(share).map { "\($0.wholeMilliseconds) ms" } ?? "–" }
    let rate = seconds > 0 ? Int(Double(replies.count) / seconds) : 0
    let asked = "asked for at \(DemoPublisher.requestsPerSecond) a second"
    var lines = [
      "  \(replies.count) replies in \(Self.oneDecimal(seconds)) s, \(rate) a second (\(asked))",
      "  from record to reply: p50 \(text(0.5)), p95 \(text(0.95)), p99 \(text(0.99))",
      "  \(verdict.sameReplies) repeated requests got the very same reply",
    ]
    if verdict.newSessions > 0 {
      lines.append("  \(verdict.newSessions) repeated requests got another session: theirs had ended without success")
    }
    return lines.joined(separator: "\n")
  }

  private var faults: String {
    let counted = gateway.faults.filter { $0.value > 0 }.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    let list = Self.wrapped(counted.map { "\($0.value) × \($0.key.rawValue)" }, indent: "    ")
    let calls = gateway.requests(to: "POST /sessions") + gateway.requests(to: "GET /sessions/{id}")
    let refusals = gateway.quotaRefusals == 0 ? "none of them over its quota" : "\(gateway.quotaRefusals) of them refused for its quota"
    return """
        the gateway failed on purpose:
      \(list.isEmpty ? "    not once" : list)
        it answered no question about sessions for \(DemoScenario.outageSeconds) s, and let all tokens expire once
        it took \(calls) calls, \(refusals) (\(Int(DemoScenario.requestsPerSecond)) a second, shared by both stages)
        it made \(gateway.sessions) sessions; \(verdict.orphans) of them nobody will ever open (their answer was lost, the request was sent again)
      """
  }

  private var samples: String {
    var lines = ["  three replies:"]
    for outcome in [ReplyOutcome.created, .rejected, .expired] {
      if let reply = replies.first(where: { $0.outcome == outcome }) { lines.append("    \(reply.text)") }
    }
    return (lines + ["  three status events:"] + sessions.samples.map { "    \($0)" }).joined(separator: "\n")
  }

  private var agreement: String {
    """
      Every reply and every status event agrees with what truly happened at the gateway.

      Where to look next
        checkout-worker run --help              the create stage as a service or a batch job
        checkout-worker reconcile --help        the stage that watches sessions: --watch is a service, --once a cron job
        jobs/reconcile/README.md                that cron job, for systemd, crontab and Kubernetes
        checkout-worker status --help           what is outstanding, what is overdue
        config/local.yaml                       a configuration to start from; config/reference.md has every key
        checkout-worker check --config FILE     is everything there?
        gateway-simulator --help                the gateway of this demo, on its own
    """
  }

  private var namedDifferences: String {
    let rest = differences.count - differences.named.count
    var lines = ["  DIFFERENCES (\(differences.count)):"] + differences.named.map { "    \($0)" }
    if rest > 0 { lines.append("    and \(rest) more") }
    return lines.joined(separator: "\n")
  }

  /// Joins words with commas into lines that fit a terminal.
  static func wrapped(_ words: [String], indent: String, width: Int = 120) -> String {
    var lines: [String] = []
    for (index, word) in words.enumerated() {
      let text = index < words.count - 1 ? word + "," : word
      if let last = lines.last, last.count + 1 + text.count <= width {
        lines[lines.count - 1] = last + " " + text
      } else {
        lines.append(indent + text)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A number with one decimal.
  static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
