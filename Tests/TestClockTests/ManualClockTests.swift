import TestClock
import Testing

@Suite("Manual clock", .timeLimit(.minutes(1)))
struct ManualClockTests {
  @Test("stands still until it is moved, and never goes back")
  func moves() {
    let clock = ManualClock()
    #expect(clock.now.offset == .zero)
    clock.advance(by: .seconds(2))
    clock.advance(to: .init(offset: .seconds(1)))
    #expect(clock.now.offset == .seconds(2))
    clock.advance(to: .init(offset: .seconds(3)))
    #expect(clock.now.offset == .seconds(3))
  }

  @Test("the time of day moves with it")
  func wall() {
    let clock = ManualClock(wallOriginMilliseconds: 1_000)
    #expect(clock.wallMilliseconds == 1_000)
    clock.advance(by: .microseconds(2_500_999))
    #expect(clock.wallMilliseconds == 3_500)
  }

  @Test("a deadline that has come does not sleep")
  func past() async throws {
    let clock = ManualClock()
    try await clock.sleep(until: clock.now, tolerance: nil)
    clock.advance(by: .seconds(1))
    try await clock.sleep(until: .init(offset: .milliseconds(10)), tolerance: nil)
  }

  @Test("wakes those whose time has come, and only them")
  func wakes() async throws {
    let clock = ManualClock()
    let early = Task { try await clock.sleep(for: .seconds(1)) }
    let late = Task { try await clock.sleep(for: .seconds(3)) }
    await clock.sleepers(atLeast: 2)
    clock.advance(by: .seconds(2))
    try await early.value
    #expect(clock.sleeperCount == 1)
    #expect(clock.nextDeadline?.offset == .seconds(3))
    clock.advance(by: .seconds(1))
    try await late.value
    #expect(clock.nextDeadline == nil)
  }

  @Test("step by step, in the order of deadlines, ties together")
  func steps() async throws {
    let clock = ManualClock()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for seconds in [5, 1, 3, 3] {
        group.addTask {
          try await clock.sleep(until: .init(offset: .seconds(seconds)), tolerance: nil)
          return seconds
        }
      }
      await clock.sleepers(atLeast: 4)
      for (seconds, count, left) in [(1, 1, 3), (3, 2, 1), (5, 1, 0)] {
        #expect(clock.advanceToNextSleeper())
        #expect(clock.now.offset == .seconds(seconds))
        #expect(clock.sleeperCount == left)
        for _ in 0..<count {
          let woken = try await group.next()
          #expect(woken == seconds)
        }
      }
    }
    #expect(!clock.advanceToNextSleeper())
    #expect(clock.now.offset == .seconds(5))
  }

  @Test("one move wakes in the order of deadlines")
  func order() async throws {
    let clock = ManualClock()
    let order = Order()
    let tasks = [4, 2, 3, 1].map { seconds in
      Task { try await order.sleepThenRecord(seconds, on: clock) }
    }
    await clock.sleepers(atLeast: 4)
    clock.advance(by: .seconds(10))
    for task in tasks { try await task.value }
    #expect(await order.recorded == [1, 2, 3, 4])
  }

  @Test("a cancelled sleeper ends at once with CancellationError")
  func cancellation() async {
    let clock = ManualClock()
    let sleeper = Task { try await clock.sleep(for: .seconds(1)) }
    await clock.sleepers(atLeast: 1)
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
    #expect(clock.sleeperCount == 0)
  }

  @Test("a sleep in a task that is cancelled already ends at once, even if its deadline has come", arguments: [0, 1])
  func cancelledBefore(seconds: Int) async {
    let clock = ManualClock()
    let sleeper = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await clock.sleep(for: .seconds(seconds))
    }
    await #expect(throws: CancellationError.self) { try await sleeper.value }
  }

  @Test("cancelling while it falls asleep never loses the sleeper")
  func cancellationRace() async {
    let clock = ManualClock()
    for _ in 0..<500 {
      let sleeper = Task { try await clock.sleep(for: .seconds(1)) }
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
    #expect(clock.sleeperCount == 0)
  }

  @Test("waiting for sleepers ends with the count, or with the waiter's cancellation")
  func waiting() async throws {
    let clock = ManualClock()
    await clock.sleepers(atLeast: 0)
    let cancelled = Task { await clock.sleepers(atLeast: 100) }
    cancelled.cancel()
    await cancelled.value
    let waiter = Task { await clock.sleepers(atLeast: 2) }
    let sleepers = (1...2).map { seconds in Task { try await clock.sleep(for: .seconds(seconds)) } }
    await waiter.value
    #expect(clock.sleeperCount == 2)
    clock.advance(by: .seconds(2))
    for sleeper in sleepers { try await sleeper.value }
  }
}

/// An actor runs what was resumed first first: that makes the order of wake-ups visible.
private actor Order {
  private(set) var recorded: [Int] = []

  func sleepThenRecord(_ seconds: Int, on clock: ManualClock) async throws {
    try await clock.sleep(for: .seconds(seconds))
    recorded.append(seconds)
  }
}
