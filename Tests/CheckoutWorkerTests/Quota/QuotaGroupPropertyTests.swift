import CheckoutSession
import Ledger
import Logging
import Pacing
import Testing

@testable import CheckoutWorker

/// What a consumer group and a reconciler send together while partitions move and members die, stand still and come back, in virtual time.
@Suite("Quota of a consumer group, random runs", .timeLimit(.minutes(2)))
struct QuotaGroupPropertyTests {
  /// The shared ledger as one process sees it: not at all while that is dead or stands still.
  private final class Sight: QuotaLedger {
    let ledger: any QuotaLedger
    let isLost = SharedState(false)
    var clock: WallClock { ledger.clock }

    init(_ ledger: any QuotaLedger) { self.ledger = ledger }

    func quotaGrant(
      for member: QuotaMember, now: Timestamp, until: Timestamp,
      decide: @escaping @Sendable (_ me: QuotaMember, _ others: [QuotaMember]) -> Double
    ) async throws(LedgerFailure) -> (granted: Double, others: [QuotaMember], pausedUntil: Timestamp?) {
      guard !isLost.withLock({ $0 }) else { throw LedgerFailure(code: .busy, message: "lost", isTransient: true) }
      return try await ledger.quotaGrant(for: member, now: now, until: until, decide: decide)
    }

    func leaveQuota(_ id: Int64, pausedUntil: Timestamp?) async throws(LedgerFailure) {
      try await ledger.leaveQuota(id, pausedUntil: pausedUntil)
    }
  }

  private struct Member {
    let stage: QuotaStage
    let sight: Sight
    var partitions = 0
    var isBusy = true
    /// Until when it is dead or stands still.
    var isAwayUntil = Duration.zero
  }

  private static let partitionsCount = 12
  private static let workersCount = 3

  private let world = QuotaWorld()

  @Test("whatever the group does, they never start more than rate x time and the burst in any window, and use it", arguments: 0..<8)
  func neverMore(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let quota = Quota(requestsPerSecond: .random(in: 100...400, using: &random), burst: .random(in: 5...40, using: &random))
    let ledger = try await SQLiteLedger.open(
      .init(location: .memory), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    var members = (0...Self.workersCount).map { index in
      let sight = Sight(ledger)
      let isReconciler = index == Self.workersCount
      return Member(
        stage: QuotaStage(
          isReconciler ? .reconciliation : .creation, quota: quota, weight: isReconciler ? 1 : 0, ledger: sight, world: world), sight: sight
      )
    }
    var together = LeakyBucket(requestsPerSecond: quota.requestsPerSecond)
    var (events, sentAtRest) = (0, 0)
    try await withThrowingDiscardingTaskGroup { group in
      for (index, member) in members.enumerated() {
        await member.stage.keeper.start()
        group.addTask { await member.stage.keeper.run() }
        await world.settle(index + 1)
        await world.pass(.milliseconds(Int64.random(in: 0...1000, using: &random)), processes: index + 1)
      }
      await assign(Self.partitionsCount, to: 0, &members)
      let begin = world.time.now
      while world.time.now < begin + .seconds(30) {
        await world.pass(.microseconds(Int64.random(in: 100...15_000, using: &random)), processes: members.count)
        if Double.random(in: 0...1, using: &random) < 0.01 {
          events += 1
          await happen(&members, using: &random)
        }
        _ = send(&members, &together, using: &random)
      }
      // Then all come back, and are busy: after a few rounds nothing of the quota lies idle.
      for index in members.indices { (members[index].isAwayUntil, members[index].isBusy) = (.zero, true) }
      let rest = world.time.now + .seconds(6)
      while world.time.now < rest + .seconds(5) {
        await world.pass(.microseconds(Int64.random(in: 100...3000, using: &random)), processes: members.count)
        let starts = send(&members, &together, using: &random)
        if world.time.now >= rest { sentAtRest += starts }
      }
      group.cancelAll()
    }
    await ledger.close()
    let allowed = max(Double(quota.burst), Double(members.count)) + 1e-6
    #expect(together.peak <= allowed, "\(together.peak) of \(quota)")
    #expect(events > 10 && Double(sentAtRest) > 0.95 * 5 * quota.requestsPerSecond, "\(sentAtRest) of \(quota) after \(events) events")
  }

  /// What those who are there send now.
  private func send(_ members: inout [Member], _ together: inout LeakyBucket, using random: inout SplitMix64) -> Int {
    var sent = 0
    for index in members.indices.shuffled(using: &random) where members[index].isAwayUntil <= world.time.now {
      members[index].sight.isLost.withLock { $0 = false }
      let starts = members[index].stage.send(isBusy: members[index].isBusy && (index == Self.workersCount || members[index].partitions > 0))
      together.add(starts, at: world.time.now)
      sent += starts
    }
    return sent
  }

  /// Something of what happens to a group.
  private func happen(_ members: inout [Member], using random: inout SplitMix64) async {
    let index = Int.random(in: 0..<Self.workersCount, using: &random)
    let now = world.time.now
    switch Int.random(in: 0..<5, using: &random) {
    case 0:  // A rebalance: it lets go first, another gets it afterwards.
      guard members[index].isAwayUntil <= now, members[index].partitions > 0 else { return }
      let moved = Int.random(in: 1...members[index].partitions, using: &random)
      await assign(-moved, to: index, &members)
      await world.pass(.milliseconds(Int64.random(in: 0...800, using: &random)), processes: members.count)
      await assign(moved, to: present(members, using: &random) ?? index, &members)
    case 1:  // Killed, or stopped: for longer or shorter than its grant lasts.
      members[index].sight.isLost.withLock { $0 = true }
      members[index].isAwayUntil = now + .milliseconds(Int64.random(in: 100...6000, using: &random))
    case 2:  // The group notices that somebody is away. Whoever stands still has not heard of it: it finds out when it comes back.
      guard members[index].isAwayUntil > now, members[index].partitions > 0, let other = present(members, using: &random) else { return }
      let moved = members[index].partitions
      await assign(moved, to: other, &members)
      members[index].isAwayUntil = now
      await assign(-moved, to: index, &members)
    default:
      let any = Int.random(in: members.indices, using: &random)
      members[any].isBusy.toggle()
      if !members.contains(where: \.isBusy) { members[0].isBusy = true }
    }
  }

  private func present(_ members: [Member], using random: inout SplitMix64) -> Int? {
    (0..<Self.workersCount).filter { members[$0].isAwayUntil <= world.time.now }.randomElement(using: &random)
  }

  private func assign(_ count: Int, to index: Int, _ members: inout [Member]) async {
    members[index].partitions += count
    members[index].stage.keeper.setWeight(Double(members[index].partitions) / Double(Self.partitionsCount))
    await world.settle(members.count)
  }
}
