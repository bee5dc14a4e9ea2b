import CheckoutSession
import Pacing
import Synchronization

/// How far a run is: written by the task that sends and by the one that reads replies.
final class ReplayProgress: Sendable {
  struct State: Sendable {
    var report = ReplayApplyReport()
    /// Records of the canary that are sent, and how many of them are answered.
    var canary = (sent: 0, answered: 0, isFailed: false)
    /// When something was last sent or answered.
    var movedAt: Duration
    var stop: ReplayStop?
    /// While it sends, since when; and the time before that.
    var sendingSince: Duration?
  }

  private let state: Mutex<State>

  init(now: Duration) { state = Mutex(State(movedAt: now)) }

  /// What there is now.
  var report: ReplayApplyReport { state.withLock { $0.report } }
  var canary: (sent: Int, answered: Int, isFailed: Bool) { state.withLock { $0.canary } }
  var movedAt: Duration { state.withLock { $0.movedAt } }

  /// Changes the report.
  func note(_ change: (inout ReplayApplyReport) -> Void) { state.withLock { change(&$0.report) } }

  /// A record of the canary is about to be sent, or was sent by an earlier run.
  func noteCanary() { state.withLock { $0.canary.sent += 1 } }

  /// A record of the canary was not sent after all.
  func forgetCanary() { state.withLock { $0.canary.sent -= 1 } }

  /// Why it has to end; the first reason stays.
  func stop(_ reason: ReplayStop) { state.withLock { if $0.stop == nil { $0.stop = reason } } }

  /// - Throws: ``ReplayStop``, once there is a reason to.
  func check() throws {
    if let stop = state.withLock({ $0.stop }) { throw stop }
  }

  /// Records were sent.
  func noteSent(_ count: Int, at now: Duration) {
    state.withLock { state in
      state.movedAt = now
      state.report.sent += count
    }
  }

  /// The rate has let so many go; the first ones begin the time that it is measured over.
  func noteLetGo(_ count: Int, at now: Duration) {
    state.withLock { state in
      if let since = state.sendingSince {
        state.report.sendingTime += now - since
        state.report.sentInTime += count
      }
      state.sendingSince = now
    }
  }

  /// It waits for something other than its rate: that time does not count. The next record that is sent goes on where the last one stood.
  func pauseSending(at now: Duration) { state.withLock { $0.sendingSince = nil } }

  /// Answers were noted.
  func noteAnswers(_ landings: [ReplayLanding], at now: Duration) {
    state.withLock { state in
      state.movedAt = now
      for landing in landings {
        state.report.answer(landing)
        guard landing.flight.isCanary else { continue }
        state.canary.answered += 1
        if !landing.flight.entry.prediction.agrees(with: landing.answer) { state.canary.isFailed = true }
      }
    }
  }
}
