import Pacing
import Synchronization

/// Waits from one round to the next, and less if something has happened that should not wait for it.
///
/// A call that comes while nobody waits is kept: the next wait ends at once. Any number of calls between two rounds make one.
final class RoundTimer: Sendable {
  private struct State {
    var isWoken = false
    var sleep: Task<Void, Never>?
  }

  private let time: MonotonicTime
  private let state = Mutex(State())

  /// - Parameter time: the stage's.
  init(time: MonotonicTime) { self.time = time }

  /// Ends the wait that is under way, or the next one. Called on any thread; does not wait.
  func wake() {
    state.withLock { state in
      state.isWoken = true
      state.sleep?.cancel()
    }
  }

  /// Waits until a moment, or until ``wake()``. For one task at a time.
  /// - Returns: false if the task was cancelled.
  func wait(until moment: Duration) async -> Bool {
    // A task of its own, so that it can be ended alone. The race: a call between the end of the last wait and the next line finds no sleep to end; it has
    // left its mark under the lock that hands the sleep over.
    let sleep = Task { [time] in _ = try? await time.sleep(until: moment) }
    let isWoken = state.withLock { state in
      if !state.isWoken { state.sleep = sleep }
      return state.isWoken
    }
    if isWoken { sleep.cancel() }
    await withTaskCancellationHandler {
      await sleep.value
    } onCancel: {
      sleep.cancel()
    }
    state.withLock { $0 = State() }
    return !Task.isCancelled
  }
}
