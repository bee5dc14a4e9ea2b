import CheckoutSession
import Ledger
import Logging
import Pacing
import Testing

@testable import CheckoutWorker

/// What two processes send together: pacers, meters, keepers and one ledger in virtual time, so without the jitter of a machine.
@Suite("Quota of two processes, random runs", .timeLimit(.minutes(1)))
struct QuotaSumPropertyTests {
  @Test(
    "handing over back and forth under full load, they never start more than rate x time and the burst in any window (one more, of a burst of 1)",
    arguments: 0..<12)
  func neverMore(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let quota = Quota(requestsPerSecond: .random(in: 50...300, using: &random), burst: seed == 0 ? 1 : .random(in: 1...20, using: &random))
    let ledger = try await SQLiteLedger.open(
      .init(location: .memory), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let world = QuotaWorld()
    let stages = [
      QuotaStage(.creation, quota: quota, ledger: ledger, world: world),
      QuotaStage(.reconciliation, quota: quota, ledger: ledger, world: world),
    ]
    var together = LeakyBucket(requestsPerSecond: quota.requestsPerSecond)
    var sent = [0, 0]
    try await withThrowingDiscardingTaskGroup { group in
      // Their rounds lie anywhere to each other.
      for (index, stage) in stages.enumerated() {
        await stage.keeper.start()
        group.addTask { await stage.keeper.run() }
        await world.settle(index + 1)
        await world.pass(.milliseconds(Int64.random(in: 0...1000, using: &random)), processes: index + 1)
      }
      var busy = [true, true]
      var flips = [Duration.seconds(3), .seconds(3)]
      let begin = world.time.now
      while world.time.now < begin + .seconds(25) {
        await world.pass(.microseconds(Int64.random(in: 100...15_000, using: &random)), processes: 2)
        for index in Bool.random(using: &random) ? [0, 1] : [1, 0] {
          if world.time.now - begin >= flips[index] {
            busy[index].toggle()
            // Busy for longer than idle, and never in step with the other.
            flips[index] = world.time.now - begin + .milliseconds(Int64.random(in: busy[index] ? 1000...6000 : 200...3000, using: &random))
          }
          let starts = stages[index].send(isBusy: busy[index])
          sent[index] += starts
          together.add(starts, at: world.time.now)
        }
      }
      group.cancelAll()
    }
    await ledger.close()
    // Grants are cut to their steps, and intervals rounded up: nothing is ever rounded in their favour.
    let allowed = Double(max(quota.burst, 2)) + 1e-6
    #expect(together.peak <= allowed, "\(together.peak) of \(quota)")
    #expect(sent.allSatisfy { $0 > 100 }, "both sent: \(sent)")
    // A burst of 1 cannot make up for the late steps.
    if quota.burst > 1 {
      #expect(Double(sent.reduce(0, +)) > 0.5 * 25 * quota.requestsPerSecond, "they used it: \(sent) of \(quota)")
    }
  }
}
