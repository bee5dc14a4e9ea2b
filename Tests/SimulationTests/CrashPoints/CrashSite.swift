import CheckoutSession
import Synchronization

/// Where a process dies: it passes named points, and at the one that was chosen it is gone, whatever it still believes to do.
final class CrashSite: Sendable {
  private struct State {
    var point: String?
    var isDead = false
    var onDeath: (@Sendable () -> Void)?
    var deeds: [(name: String, count: Int)] = []
  }
  private let state = Mutex(State())

  /// Begins a life, which ends at `point`, or by itself.
  func begin(dyingAt point: String?, onDeath: @escaping @Sendable () -> Void = {}) {
    state.withLock { $0 = State(point: point, onDeath: onDeath) }
  }

  var isDead: Bool { state.withLock { $0.isDead } }

  /// Whether the process lives on at this point.
  func passes(_ point: String) -> Bool {
    let (lives, onDeath) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      guard !state.isDead, state.point == point else { return (!state.isDead, nil) }
      state.isDead = true
      return (false, state.onDeath)
    }
    onDeath?()
    return lives
  }

  /// Notes what the process did to the world.
  func note(_ deed: String, _ count: Int = 1) {
    state.withLock { state in
      if let index = state.deeds.firstIndex(where: { $0.name == deed }) {
        state.deeds[index].count += count
      } else {
        state.deeds.append((deed, count))
      }
    }
  }

  /// What was done in this life.
  var deeds: String { state.withLock { $0.deeds.map { "\($0.name) \($0.count)" }.joined(separator: ", ") } }

  /// What a call of a dead process comes to.
  static let gone = LedgerFailure(code: .unavailable, message: "the process is dead", isTransient: false)
}
