import Pacing
import Synchronization

/// Gathers what comes while earlier groups are worked on, so that a transaction and a publication are paid once for many.
///
/// Items leave in the order in which they came. Nothing here bounds how many wait: they are the stage's records or sessions in hand, and bounded there.
public final class GroupQueue<Item: Sendable>: Sendable {
  private struct State {
    var items: [Item] = []
    var groupsInFlight = 0
    var isLingering = false
  }

  private enum Next { case nothing, linger, go }

  private let state = Mutex(State())
  private let itemsMax: Int
  private let groupsMax: Int
  private let linger: Duration
  private let time: MonotonicTime
  private let spawner: TaskSpawner
  private let work: @Sendable ([Item]) async throws -> Void

  /// - Parameters:
  ///   - itemsMax: of one group.
  ///   - groupsMax: that are worked on at once.
  ///   - linger: how long to gather while more is expected.
  ///   - work: called with each group, in a task of `spawner`; an error of it ends the stage.
  public init(
    itemsMax: Int, groupsMax: Int, linger: Duration, time: MonotonicTime, spawner: TaskSpawner,
    work: @escaping @Sendable ([Item]) async throws -> Void
  ) {
    self.itemsMax = max(itemsMax, 1)
    self.groupsMax = max(groupsMax, 1)
    self.linger = linger
    self.time = time
    self.spawner = spawner
    self.work = work
  }

  /// Takes items.
  /// - Parameter moreExpected: whether further ones are under way, so that it is worth waiting a moment for them.
  public func add(_ items: [Item], moreExpected: Bool) {
    guard !items.isEmpty else { return }
    let next: Next = state.withLock { state in
      state.items.append(contentsOf: items)
      if !moreExpected || state.items.count >= itemsMax { return .go }
      if state.isLingering { return .nothing }
      state.isLingering = true
      return .linger
    }
    switch next {
    case .nothing: return
    case .go: startGroups()
    case .linger:
      spawner.spawn { [self] in
        try await time.sleep(until: time.now + linger)
        state.withLock { $0.isLingering = false }
        startGroups()
      }
    }
  }

  /// Takes items after a wait.
  public func add(_ items: [Item], after wait: Duration) {
    guard !items.isEmpty else { return }
    spawner.spawn { [self] in
      try await time.sleep(until: time.now + wait)
      add(items, moreExpected: false)
    }
  }

  /// Starts as many groups as may be under way. What is left waits for a group's end, which calls this again.
  private func startGroups() {
    while let group = nextGroup() {
      spawner.spawn { [self] in
        defer {
          state.withLock { $0.groupsInFlight -= 1 }
          startGroups()
        }
        try await work(group)
      }
    }
  }

  private func nextGroup() -> [Item]? {
    state.withLock { state in
      guard !state.items.isEmpty, state.groupsInFlight < groupsMax else { return nil }
      state.groupsInFlight += 1
      guard state.items.count > itemsMax else {
        defer { state.items = [] }
        return state.items
      }
      let group = Array(state.items.prefix(itemsMax))
      state.items.removeFirst(itemsMax)
      return group
    }
  }
}
