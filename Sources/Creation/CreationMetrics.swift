import CheckoutSession
import Metrics

/// The create stage's metrics, updated once per group of settlements. Their descriptions stand in the worker's metric catalog (`config/metrics.md`).
struct CreationMetrics: Sendable {
  private let replies: [ReplyOutcome: Counter]
  private let deadLetters = Counter(label: "checkout_creation_dead_letters_total")
  private let repeated = Counter(label: "checkout_creation_repeated_replies_total")
  private let latency = Timer(label: "checkout_creation_reply_latency_seconds")

  init() {
    replies = Dictionary(
      uniqueKeysWithValues: ReplyOutcome.allCases.map {
        ($0, Counter(label: "checkout_creation_replies_total", dimensions: [("outcome", $0.rawValue.lowercased())]))
      })
  }

  func published(_ tally: SettlementTally) {
    for (outcome, count) in tally.replies { self.replies[outcome]?.increment(by: count) }
    if tally.deadLetters > 0 { deadLetters.increment(by: tally.deadLetters) }
    if tally.repeated > 0 { repeated.increment(by: tally.repeated) }
    for latency in tally.latencies { self.latency.recordNanoseconds(latency.wholeMilliseconds * 1_000_000) }
  }
}
