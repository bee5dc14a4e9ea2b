import Pacing
import Synchronization

/// The one timer of a dispatcher: says when to look again although nothing else happens.
public final class WakeTimer: Sendable {
  private let next = Mutex<Duration?>(nil)
  private let time: MonotonicTime
  private let spawner: TaskSpawner

  /// A timer that is not set; `onWake` of ``set(at:onWake:)`` is called in a task of `spawner`.
  public init(time: MonotonicTime, spawner: TaskSpawner) {
    self.time = time
    self.spawner = spawner
  }

  /// Sets it unless it is set for a moment that is no later. An earlier one that is still out there fires too, and should find nothing to do.
  /// - Parameter moment: in the time of the timer's ``MonotonicTime``.
  public func set(at moment: Duration, onWake: @escaping @Sendable () -> Void) {
    let isEarlier = next.withLock { next in
      if let set = next, set <= moment { return false }
      next = moment
      return true
    }
    guard isEarlier else { return }
    spawner.spawn { [self] in
      try await time.sleep(until: moment)
      next.withLock { if $0 == moment { $0 = nil } }
      onWake()
    }
  }
}
