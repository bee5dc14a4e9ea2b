import Pacing
import Stage
import Synchronization
import TestClock
import Testing

@Suite("The timer of a dispatcher")
struct WakeTimerTests {
  @Test("an earlier moment counts, a later one is covered by it, and afterwards it can be set again")
  func moments() throws {
    let simulation = Simulation()
    let time = MonotonicTime(clock: simulation.clock)
    let spawner = TaskSpawner()
    let timer = WakeTimer(time: time, spawner: spawner)
    let woken = Mutex<[Duration]>([])
    let wake: @Sendable () -> Void = { woken.withLock { $0.append(time.now) } }
    spawner.spawn {
      timer.set(at: .seconds(5), onWake: wake)
      timer.set(at: .seconds(7), onWake: wake)
      timer.set(at: .seconds(3), onWake: wake)
      timer.set(at: .seconds(3), onWake: wake)
      try await time.sleep(until: .seconds(10))
      timer.set(at: .seconds(12), onWake: wake)
      try await time.sleep(until: .seconds(20))
      spawner.finish()
    }
    try simulation.run { try await spawner.run() }
    // The one for 5 s was out there already; the one for 7 s never was.
    #expect(woken.withLock { $0 } == [.seconds(3), .seconds(5), .seconds(12)])
  }
}
