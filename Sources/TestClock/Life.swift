import Synchronization

/// What a simulated process did to the world outside, in order, and the moment at which the process dies: a test that kills it after every single effect finds
/// the two steps between which nothing may be lost.
public final class Life<Effect: Sendable>: Sendable {
  /// What becomes of an effect.
  public enum Fate: Sendable {
    /// It happens.
    case alive
    /// It happens, and nobody learns of it any more.
    case lastDeed
    /// It does not happen.
    case dead
  }
  private struct State {
    var effects: [Effect] = []
    var dieAfter: Int?
    var isDead = false
    var onDeath: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())

  /// A life that has not ended, and in which nothing has happened yet.
  public init() {}

  /// Everything that was done, by all the processes that lived.
  public var effects: [Effect] { state.withLock { $0.effects } }
  /// Whether the process is dead.
  public var isDead: Bool { state.withLock { $0.isDead } }

  /// Lives (again), until `effects` more have been done.
  public func begin(dieAfter effects: Int?, onDeath: @escaping @Sendable () -> Void) {
    state.withLock { state in
      state.isDead = false
      state.dieAfter = effects.map { state.effects.count + $0 }
      state.onDeath = onDeath
    }
  }

  /// Notes an effect, and says what becomes of it.
  public func fate(of effect: Effect) -> Fate {
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
