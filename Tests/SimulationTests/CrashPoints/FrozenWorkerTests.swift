import CheckoutSession
import Creation
import Records
import Synchronization
import TestClock
import Testing

/// A worker that stands still for ten minutes between recording and publishing, while another one publishes what it recorded and cannot mark it.
@Suite("A frozen worker") struct FrozenWorkerTests {
  /// The records once more, as the next owner of the partition gets them.
  private final class Redelivery: RequestSource {
    private let world: CreateCrashWorld
    private let isDelivered = Mutex(false)

    init(_ world: CreateCrashWorld) { self.world = world }

    func nextBatch(_ limits: BatchLimits) async throws -> RecordBatch? {
      let isFirst = isDelivered.withLock { isDelivered in
        defer { isDelivered = true }
        return !isDelivered
      }
      guard isFirst else { return nil }
      return world.state.withLock { LoggedRequest.batch($0.log.partitions[0].requests[...], epoch: 2) }
    }

    func finish(_ batch: RecordBatch, _ indices: [Int]) { world.finish(batch, indices) }
    func stop() {}
  }

  private func violations(_ mutation: Mutation?) throws -> [String] {
    let world = CreateCrashWorld([.valid], mutation: mutation)
    world.state.withLock { state in
      state.nextRecordTakes = .seconds(650)
      state.marksFail = true
    }
    world.site.begin(dyingAt: nil)
    let workers = [world as any RequestSource, Redelivery(world)].map { source in
      CreationService(
        configuration: CreateProcess.configuration, source: source, sink: world, creator: world, ledger: world, time: world.simulation.time,
        wallClock: world.simulation.wallClock, seed: 1, logger: silentLogger)
    }
    try world.simulation.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { _ = try await workers[0].run() }
        group.addTask {
          try await world.simulation.clock.sleep(for: .seconds(5))
          _ = try await workers[1].run()
        }
        try await group.waitForAll()
      }
    }
    return world.violations(orphansMax: 1)
  }

  @Test func doesNotReplaceAURLThatAnotherHasPublished() throws { #expect(try violations(nil) == []) }

  @Test func wouldDoSoIfTheLedgerForgotWhomItTold() throws {
    #expect(try violations(.forgetsWhomItTold).contains { $0.hasPrefix("I2") })
  }
}
