/// What a `ManualClock` guards with its lock.
struct ManualClockState: Sendable {
  struct Sleeper: Sendable {
    let id: UInt64
    let deadline: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  /// A test that waits for a number of sleepers.
  struct Waiter: Sendable {
    let id: UInt64
    let count: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  var now = Duration.zero
  /// By deadline; equal deadlines in the order in which they came. A test has few.
  private(set) var sleepers: [Sleeper] = []
  var waiters: [Waiter] = []
  private var lastID: UInt64 = 0

  mutating func makeID() -> UInt64 {
    lastID += 1
    return lastID
  }

  mutating func insert(_ sleeper: Sleeper) {
    let index = sleepers.firstIndex { $0.deadline > sleeper.deadline } ?? sleepers.endIndex
    sleepers.insert(sleeper, at: index)
  }

  mutating func takeDueSleepers() -> [Sleeper] {
    let due = sleepers.prefix { $0.deadline <= now }
    sleepers.removeFirst(due.count)
    return Array(due)
  }

  mutating func takeSatisfiedWaiters() -> [Waiter] {
    let satisfied = waiters.filter { $0.count <= sleepers.count }
    waiters.removeAll { $0.count <= sleepers.count }
    return satisfied
  }

  mutating func removeSleeper(id: UInt64) -> Sleeper? {
    sleepers.firstIndex { $0.id == id }.map { sleepers.remove(at: $0) }
  }

  mutating func removeWaiter(id: UInt64) -> Waiter? {
    waiters.firstIndex { $0.id == id }.map { waiters.remove(at: $0) }
  }
}
