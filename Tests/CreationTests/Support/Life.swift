import Synchronization

/// The list of effects in their order, and the moment at which the process dies.
final class Life: Sendable {
  enum Fate { case alive, lastDeed, dead }
  private struct State {
    var effects: [Effect] = []
    var dieAfter: Int?
    var isDead = false
    var onDeath: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())

  var effects: [Effect] { state.withLock { $0.effects } }
  var isDead: Bool { state.withLock { $0.isDead } }

  /// Lives (again), until `effects` more have been done.
  func begin(dieAfter effects: Int?, onDeath: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.isDead = false
      state.dieAfter = effects.map { state.effects.count + $0 }
      state.onDeath = onDeath
    }
  }

  /// What becomes of an effect: it happens, it happens and nobody learns of it any more, or it does not happen.
  func fate(of effect: Effect) -> Fate {
    let (fate, onDeath) = state.withLock { state -> (Fate, (@Sendable () -> Void)?) in
      guard !state.isDead else { return (.dead, nil) }
      state.effects.append(effect)
      guard state.effects.count == state.dieAfter else { return (.alive, nil) }
      state.isDead = true
      return (.lastDeed, state.onDeath)
    }
    onDeath?()
    return fate
  }
}
