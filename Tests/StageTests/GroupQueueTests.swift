import Pacing
import Stage
import Synchronization
import TestClock
import Testing

@Suite("Gathering")
struct GroupQueueTests {
  /// Runs `drive` on a queue whose groups take a second each, and gives the groups with the moments at which they began.
  private func groups(
    itemsMax: Int = 3, groupsMax: Int = 1, _ drive: @escaping @Sendable (GroupQueue<Int>, MonotonicTime) async throws -> Void
  ) throws -> [(at: Duration, items: [Int])] {
    let simulation = Simulation()
    let time = MonotonicTime(clock: simulation.clock)
    let begun = Mutex<[(at: Duration, items: [Int])]>([])
    let spawner = TaskSpawner()
    let queue = GroupQueue<Int>(
      itemsMax: itemsMax, groupsMax: groupsMax, linger: .milliseconds(100), time: time, spawner: spawner,
      work: { items in
        begun.withLock { $0.append((time.now, items)) }
        try await time.sleep(until: time.now + .seconds(1))
      })
    spawner.spawn {
      try await drive(queue, time)
      try await time.sleep(until: time.now + .seconds(60))
      spawner.finish()
    }
    try simulation.run { try await spawner.run() }
    return begun.withLock { $0 }
  }

  @Test("what comes while a group is worked on goes together afterwards, in order and in groups of the size")
  func order() throws {
    let groups = try groups { queue, _ in
      queue.add([1], moreExpected: false)
      queue.add([2, 3], moreExpected: false)
      queue.add([4, 5, 6], moreExpected: false)
    }
    #expect(groups.map(\.items) == [[1], [2, 3, 4], [5, 6]])
    #expect(groups.map(\.at) == [.zero, .seconds(1), .seconds(2)])
  }

  @Test("as many at once as may be")
  func atOnce() throws {
    let groups = try groups(groupsMax: 2) { queue, _ in queue.add(Array(1...9), moreExpected: false) }
    #expect(groups.map(\.items) == [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    #expect(groups.map(\.at) == [.zero, .zero, .seconds(1)])
  }

  @Test("it waits a moment for more that is expected, but not once there is enough, and nothing starts empty")
  func lingers() throws {
    let lingering = try groups { queue, _ in
      queue.add([], moreExpected: false)
      queue.add([1], moreExpected: true)
      queue.add([2], moreExpected: true)
    }
    #expect(lingering.map(\.items) == [[1, 2]] && lingering.map(\.at) == [.milliseconds(100)])
    let enough = try groups { queue, _ in
      queue.add([1], moreExpected: true)
      queue.add([2, 3], moreExpected: true)
    }
    #expect(enough.map(\.items) == [[1, 2, 3]] && enough.map(\.at) == [.zero])
  }

  @Test("what is put off comes in its time")
  func later() throws {
    let groups = try groups { queue, _ in queue.add([1], after: .seconds(5)) }
    #expect(groups.map(\.items) == [[1]] && groups.map(\.at) == [.seconds(5)])
  }
}
