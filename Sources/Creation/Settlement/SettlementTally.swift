import CheckoutSession
import Records

/// Counts of one group of published settlements: statistics and metrics are updated once per group.
struct SettlementTally {
  private(set) var created = 0
  private(set) var rejected = 0
  private(set) var expired = 0
  private(set) var failed = 0
  private(set) var repeated = 0
  /// From the records' timestamps to the acknowledgement of their replies.
  private(set) var latencies: [Duration] = []

  init(_ published: [Settlement], at now: Timestamp) {
    latencies.reserveCapacity(published.count)
    for settlement in published {
      switch settlement.decision.outcome {
      case .created: created += 1
      case .rejected: rejected += 1
      case .expired: expired += 1
      case .failed: failed += 1
      }
      if settlement.mayBePublished { repeated += 1 }
      let written = settlement.request.incoming.record.timestampMilliseconds
      if written >= 0 { latencies.append(max(.zero, now - Timestamp(millisecondsSinceEpoch: written))) }
    }
  }

  /// Replies by outcome; only those that there were.
  var replies: [(ReplyOutcome, Int)] {
    [(.created, created), (.rejected, rejected), (.expired, expired), (.failed, failed)].filter { $0.1 > 0 }
  }

  /// Rejected and failed requests also go to the dead-letter topic.
  var deadLetters: Int { rejected + failed }

  func add(to statistics: inout CreationStatistics) {
    for (outcome, count) in replies { statistics.replies[outcome, default: 0] += count }
    statistics.deadLetters += deadLetters
    statistics.repeatedReplies += repeated
  }
}
