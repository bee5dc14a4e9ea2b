import CheckoutSession
import GatewaySimulator

/// What the demo prints at its end.
struct DemoReport {
  let verdict: DemoVerdict
  let replies: [DemoReply]
  let latencies: [Duration]
  let elapsed: Duration
  let gateway: SimulatorStatistics

  /// The whole text.
  var text: String {
    ([outcomes, figures, faults, samples] + (verdict.differences.isEmpty ? [agreement] : [differences])).joined(separator: "\n\n")
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
    let sorted = latencies.sorted()
    func quantile(_ share: Double) -> String {
      guard !sorted.isEmpty else { return "–" }
      return "\(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))].wholeMilliseconds) ms"
    }
    let rate = seconds > 0 ? Int(Double(replies.count) / seconds) : 0
    return """
        \(replies.count) replies in \(Self.oneDecimal(seconds)) s, \(rate) a second (the gateway grants \(Int(DemoEnvironment.requestsPerSecond)) requests a second)
        from record to reply: p50 \(quantile(0.5)), p95 \(quantile(0.95)), p99 \(quantile(0.99))
      """
  }

  private var faults: String {
    let counted = gateway.faults.filter { $0.value > 0 }.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    let list = counted.map { "\($0.value) × \($0.key.rawValue)" }.joined(separator: ", ")
    return """
        the gateway failed on purpose: \(list.isEmpty ? "not once" : list)
        it made \(gateway.sessions) sessions; \(verdict.orphans) of them nobody will ever open (their answer was lost, the request was sent again)
        \(verdict.sameReplies) repeated requests got the very same reply
      """
  }

  private var samples: String {
    var lines = ["  three replies:"]
    for outcome in [ReplyOutcome.created, .rejected, .expired] {
      if let reply = replies.first(where: { $0.outcome == outcome }) { lines.append("    \(reply.text)") }
    }
    return lines.joined(separator: "\n")
  }

  private var agreement: String {
    """
      Every reply agrees with what truly happened at the gateway.

      Where to look next
        checkout-worker run --help              the same stage as a service or a batch job
        config/local.yaml                       a configuration to start from; config/reference.md has every key
        checkout-worker check --config FILE     is everything there?
        gateway-simulator --help                the gateway of this demo, on its own
    """
  }

  private var differences: String {
    "  DIFFERENCES (\(verdict.differences.count)):\n" + verdict.differences.map { "    \($0)" }.joined(separator: "\n")
  }

  private static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
