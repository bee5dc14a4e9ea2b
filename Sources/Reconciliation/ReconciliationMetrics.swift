import CheckoutSession
import Metrics

/// The reconcile stage's metrics, updated once per group. Their descriptions stand in the worker's metric catalog (`config/metrics.md`).
public struct ReconciliationMetrics: Sendable {
  private let polls: [PollKind: Counter]
  private let events: [SessionStatus: Counter]
  private let unknownStatuses = Counter(label: "checkout_reconciliation_unknown_statuses_total")
  private let leaseLosses = Counter(label: "checkout_reconciliation_lease_losses_total")
  private let handedBack = Counter(label: "checkout_reconciliation_handed_back_total")

  init() {
    polls = Dictionary(
      uniqueKeysWithValues: PollKind.allCases.map {
        ($0, Counter(label: "checkout_reconciliation_polls_total", dimensions: [("answer", $0.rawValue)]))
      })
    events = Dictionary(
      uniqueKeysWithValues: SessionStatus.allCases.filter { $0 != .accepted }.map {
        ($0, Counter(label: "checkout_reconciliation_events_total", dimensions: [("status", $0.rawValue.lowercased())]))
      })
  }

  func polled(_ answers: [PollKind: Int]) {
    for (kind, count) in answers { polls[kind]?.increment(by: count) }
    if let unknown = answers[.unknown] { unknownStatuses.increment(by: unknown) }
  }

  func settled(_ events: [SessionStatus: Int], lost: Int) {
    for (status, count) in events { self.events[status]?.increment(by: count) }
    if lost > 0 { leaseLosses.increment(by: lost) }
  }

  func gaveBack(_ count: Int) {
    if count > 0 { handedBack.increment(by: count) }
  }
}
