import Synchronization

/// A gateway's own token bucket: refills steadily, refuses when empty.
final class EnforcedQuota: Sendable {
  private struct State {
    var tokens: Double
    var at = Duration.zero
    var refused = 0
  }
  private let state: Mutex<State>
  private let requestsPerSecond: Double
  private let burst: Double

  init(requestsPerSecond: Double, burst: Double) {
    self.requestsPerSecond = requestsPerSecond
    self.burst = burst
    state = Mutex(State(tokens: burst))
  }

  var refused: Int { state.withLock { $0.refused } }

  func take(at moment: Duration) -> Bool {
    state.withLock { state in
      state.tokens = min(burst, state.tokens + requestsPerSecond * ((moment - state.at) / .seconds(1)))
      state.at = moment
      // A hair's breadth for the sum of many fractions.
      guard state.tokens >= 1 - 1e-6 else {
        state.refused += 1
        return false
      }
      state.tokens -= 1
      return true
    }
  }
}
