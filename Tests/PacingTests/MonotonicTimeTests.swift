import Pacing
import TestClock
import Testing

@Suite("Monotonic time", .timeLimit(.minutes(1)))
struct MonotonicTimeTests {
  @Test("counts from the moment it was made")
  func now() {
    let clock = ManualClock()
    clock.advance(by: .seconds(100))
    let time = MonotonicTime(clock: clock)
    #expect(time.now == .zero)
    clock.advance(by: .milliseconds(1500))
    #expect(time.now == .milliseconds(1500))
  }

  @Test("hides the type of an existential clock")
  func existential() {
    let manual = ManualClock()
    let clock: any Clock<Duration> = manual
    let time = MonotonicTime(clock: clock)
    manual.advance(by: .seconds(1))
    #expect(time.now == .seconds(1))
  }

  @Test("sleeps until a moment on its own scale")
  func sleep() async throws {
    let clock = ManualClock()
    clock.advance(by: .seconds(100))
    let time = MonotonicTime(clock: clock)
    try await time.sleep(until: .zero)
    let sleeper = Task { try await time.sleep(until: .seconds(5)) }
    await clock.sleepers(atLeast: 1)
    #expect(clock.nextDeadline?.offset == .seconds(105))
    clock.advance(by: .seconds(5))
    try await sleeper.value
  }
}
