/// Requests that are held together while the gateway is away, by their slots, in the order in which they probe it: who has not been the probe in this outage comes
/// first, then those for whom it was in vain, in turns.
struct WaitingLine: Sendable {
  private var untried: [UInt64] = []
  private var untriedBegin = 0
  private var tried: [UInt64] = []
  private var triedBegin = 0

  /// How many wait.
  var count: Int { untried.count - untriedBegin + tried.count - triedBegin }
  /// Whether nobody waits.
  var isEmpty: Bool { count == 0 }
  /// Whether somebody waits who has not been the probe.
  var hasUntried: Bool { untriedBegin < untried.count }

  /// Takes requests in that have not been tried in this outage.
  mutating func add(_ slots: some Sequence<UInt64>) { untried.append(contentsOf: slots) }

  /// Takes in a request that was tried in vain.
  mutating func addTried(_ slot: UInt64) { tried.append(slot) }

  /// Takes out whoever is to be the next probe.
  mutating func next() -> UInt64? {
    if hasUntried {
      untriedBegin += 1
      return untried[untriedBegin - 1]
    }
    guard triedBegin < tried.count else { return nil }
    triedBegin += 1
    defer { compact() }
    return tried[triedBegin - 1]
  }

  /// Takes out everybody who meets the condition.
  mutating func removeAll(where isRemoved: (UInt64) -> Bool) -> [UInt64] {
    let all = removeAll()
    var removed: [UInt64] = []
    let triedCount = all.tried.count
    for (index, slot) in (all.tried + all.untried).enumerated() {
      if isRemoved(slot) { removed.append(slot) } else if index < triedCount { tried.append(slot) } else { untried.append(slot) }
    }
    return removed
  }

  /// Takes everybody out; the tried ones came first.
  mutating func removeAll() -> (tried: [UInt64], untried: [UInt64]) {
    defer { self = WaitingLine() }
    return (Array(tried[triedBegin...]), Array(untried[untriedBegin...]))
  }

  /// Half of the room at most is of those who have gone.
  private mutating func compact() {
    guard triedBegin > 32, triedBegin > tried.count / 2 else { return }
    tried.removeFirst(triedBegin)
    triedBegin = 0
  }
}
