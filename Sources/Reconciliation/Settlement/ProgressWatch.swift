import CheckoutSession
import Pacing
import Stage
import Synchronization

/// Knows since when the broker or the ledger has brought nothing although something waits for it, so that a run that is to end by itself does not wait for ever.
/// Per group of settlements, never per session.
final class ProgressWatch: Sendable {
  /// Whom something waits for.
  enum Partner: Int, CaseIterable {
    case broker
    case ledger
  }

  private struct Line {
    var waiting = 0
    /// Since when nothing has come; kept while nothing waits, because who has given up waiting has not got anything.
    var since: Duration?
  }

  private struct State {
    var lines = Partner.allCases.map { _ in Line() }
    var publishFailure: PublishReport.Failure?
    var ledgerFailure: LedgerFailure?
  }

  private let state = Mutex(State())
  private let time: MonotonicTime

  init(time: MonotonicTime) { self.time = time }

  /// What the broker said last when it did not take an event.
  var publishFailure: PublishReport.Failure? { state.withLock { $0.publishFailure } }
  /// What the ledger said last when it could not be used.
  var ledgerFailure: LedgerFailure? { state.withLock { $0.ledgerFailure } }

  /// So many more wait.
  func expect(_ partner: Partner, _ count: Int) {
    guard count > 0 else { return }
    let now = time.now
    state.withLock { state in
      state.lines[partner.rawValue].waiting += count
      state.lines[partner.rawValue].since = state.lines[partner.rawValue].since ?? now
    }
  }

  /// So many have got what they waited for.
  func came(_ partner: Partner, _ count: Int) {
    guard count > 0 else { return }
    let now = time.now
    state.withLock { state in
      state.lines[partner.rawValue].waiting -= count
      state.lines[partner.rawValue].since = state.lines[partner.rawValue].waiting > 0 ? now : nil
    }
  }

  /// So many do not wait any more, and have got nothing.
  func dropped(_ partner: Partner, _ count: Int) {
    state.withLock { $0.lines[partner.rawValue].waiting -= count }
  }

  func failed(_ failure: PublishReport.Failure) { state.withLock { $0.publishFailure = failure } }
  func failed(_ failure: LedgerFailure) { state.withLock { $0.ledgerFailure = failure } }

  /// Since when nothing has come for what waits now; nil if nothing waits.
  func waitingSince(_ partner: Partner) -> Duration? {
    state.withLock { state in
      let line = state.lines[partner.rawValue]
      return line.waiting > 0 ? line.since : nil
    }
  }
}
