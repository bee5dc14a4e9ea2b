import CheckoutSession

@testable import CheckoutWorker

/// A ledger's quota table in memory, whose transactions a test can let fail or hang.
actor FakeQuotaLedger: QuotaLedger {
  /// The host's: the tests give their keepers another.
  nonisolated let clock = WallClock.system
  /// Who has what, also those whose grants have ended.
  private(set) var members: [Int64: QuotaMember] = [:]
  /// The pause that those who left have left behind.
  private(set) var pauseLeft: Timestamp?
  /// Calls of `quotaGrant`.
  private(set) var calls = 0
  /// What every call fails with.
  var failure: LedgerFailure?
  /// What a transaction waits for after it was asked and before it happens; `leaveQuota` too.
  var gate: ManualGate?
  /// Called before a transaction ends, with who asks and what it gets.
  var onCommit: (@Sendable (_ id: Int64, _ granted: Double) -> Void)?

  func set(failure: LedgerFailure?) { self.failure = failure }
  func set(gate: ManualGate?) { self.gate = gate }
  func set(onCommit: @escaping @Sendable (_ id: Int64, _ granted: Double) -> Void) { self.onCommit = onCommit }
  func insert(_ member: QuotaMember) { members[member.id] = member }

  func quotaGrant(
    for member: QuotaMember, now: Timestamp, until: Timestamp,
    decide: @escaping @Sendable (_ me: QuotaMember, _ others: [QuotaMember]) -> Double
  ) async throws(LedgerFailure) -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?) {
    calls += 1
    if let failure { throw failure }
    await gate?.pass()
    members = members.filter { $0.value.grantedUntil > now }
    let others = members.values.filter { $0.id != member.id }
    let granted = max(0, min(decide(member, others), 1 - others.reduce(0) { $0 + $1.granted }))
    onCommit?(member.id, granted)
    var stored = member
    stored.granted = granted
    stored.grantedUntil = until
    members[member.id] = stored
    return (granted, others, pauseLeft.flatMap { $0 > now ? $0 : nil })
  }

  func leaveQuota(_ id: Int64, pausedUntil: Timestamp?) async throws(LedgerFailure) {
    if let failure { throw failure }
    await gate?.pass()
    members[id] = nil
    pauseLeft = [pauseLeft, pausedUntil].compactMap(\.self).max()
  }
}

/// Where tasks wait until a test lets them through.
actor ManualGate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var onArrival: CheckedContinuation<Void, Never>?

  func pass() async {
    guard !isOpen else { return }
    await withCheckedContinuation {
      waiting.append($0)
      onArrival?.resume()
      onArrival = nil
    }
  }

  /// Returns once somebody waits.
  func arrival() async {
    if waiting.isEmpty { await withCheckedContinuation { onArrival = $0 } }
  }

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}
