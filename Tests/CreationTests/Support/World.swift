import CheckoutSession
import Creation
import Pacing
import Synchronization
import TestClock
import Testing

/// Everything around the stage: the topics, the ledger and the gateway, which outlive a process, and the processes that are started on them.
final class World: Sendable {
  let simulation = Simulation()
  let life = Life()
  let source: FakeRequestSource
  let sink: RecordingSink
  let ledger: MemoryLedger
  let gateway: ScriptedGateway
  let log = RecordingLog()

  static let merchant = "b38f2b56-1d3a-4b6c-9a34-0d4a6a3c5a01"
  static let otherMerchant = "c49f2b56-1d3a-4b6c-9a34-0d4a6a3c5a02"

  init(_ inputs: [Input] = []) {
    source = FakeRequestSource(life: life)
    sink = RecordingSink(simulation: simulation, life: life)
    ledger = MemoryLedger(life: life)
    gateway = ScriptedGateway(simulation: simulation, life: life)
    source.append(inputs)
  }

  /// The stage as the tests want it: unlimited unless said otherwise.
  static func configuration(_ change: (inout CreationConfiguration) -> Void = { _ in }) -> CreationConfiguration {
    var configuration = CreationConfiguration(
      pacer: pacer(),
      routing: ReplyRouting(
        repliesTopic: PublishedRecord.repliesTopic, deadLettersTopic: PublishedRecord.deadLettersTopic,
        replyTopicsAllowed: ["shop.replies"],
        partitionCounts: [PublishedRecord.repliesTopic: 8, "shop.replies": 4], consumerGroup: "checkout-worker"),
      merchants: MerchantDirectory(ids: [merchant, otherMerchant], defaultIndex: 0))
    change(&configuration)
    return configuration
  }

  static func pacer(_ quota: Quota = .unlimited, concurrent: Int = 64, budget: RetryBudgetConfiguration = .unlimited) -> PacerConfiguration
  {
    PacerConfiguration(
      quota: quota, merchantQuotas: [.unlimited, .unlimited], concurrentRequestsMax: concurrent, retryBudget: budget, adaptation: .fixed)
  }

  /// A process on this world.
  func service(
    _ configuration: CreationConfiguration = configuration(), endsWhenRefused: Bool = false, standstillTimeout: Duration? = nil,
    seed: UInt64 = 1
  ) -> CreationService {
    CreationService(
      configuration: configuration, source: source, sink: sink, creator: gateway, ledger: ledger, time: simulation.time,
      wallClock: gateway.wallClock, endsWhenRefused: endsWhenRefused, standstillTimeout: standstillTimeout,
      seed: seed, logger: log.logger)
  }

  /// Runs a process to its end.
  @discardableResult
  func run(
    _ configuration: CreationConfiguration = configuration(), endsWhenRefused: Bool = false, seed: UInt64 = 1,
    limit: Duration = .seconds(7200),
    during: (CreationService) -> Void = { _ in }
  ) throws -> CreationStatistics {
    life.begin(dieAfter: nil, onDeath: {})
    let service = service(configuration, endsWhenRefused: endsWhenRefused, seed: seed)
    during(service)
    let statistics = try simulation.run(limit: limit) { try await service.run() }
    #expect(service.status.recordsInFlight == 0 || service.status.isDraining)
    #expect(service.status.batchesInFlight == 0 || service.status.isDraining)
    return statistics
  }

  /// Runs a process that dies after so many effects. False if it came to its end before.
  func runUntilDeath(_ configuration: CreationConfiguration = configuration(), afterEffects count: Int, seed: UInt64 = 1) -> Bool {
    let service = service(configuration, seed: seed)
    let death = Signal()
    life.begin(dieAfter: count, onDeath: { death.give() })
    _ = try? simulation.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await death.wait() }
        group.addTask { _ = try? await service.run() }
        // Whichever ends first: a dead process does nothing more, so what it still runs is thrown away.
        await group.next()
        group.cancelAll()
        death.give()
      }
    }
    return life.isDead
  }

  /// The next process: what was under way is gone, and records come again from the last commit on.
  func restart() {
    simulation.forgetEvents()
    gateway.forgetPending()
    source.redeliver()
  }

  /// Has other requests come one by one, from a moment on and until the first `count` records are finished: only who sees others answered knows that the gateway works.
  func keepBusy(
    until count: Int? = nil, every interval: Duration = .milliseconds(25), merchant: String = otherMerchant, after wait: Duration = .zero
  ) {
    source.setEndsAtEnd(false)
    let count = count ?? source.count
    simulation.after(wait) { [self] in comeAnother(until: count, every: interval, merchant: merchant) }
  }

  private func comeAnother(until count: Int, every interval: Duration, merchant: String) {
    guard source.watermark < count else { return source.setEndsAtEnd(true) }
    source.append([.valid("other-\(source.count)", headers: [("merchant-id", merchant)])])
    simulation.after(interval) { [self] in comeAnother(until: count, every: interval, merchant: merchant) }
  }

  /// Replies by request id, in the order in which they came.
  func repliesByID() throws -> [String: [PublishedRecord]] {
    try Dictionary(grouping: sink.replies, by: { try $0.reply.requestId })
  }

  /// The only reply to a request.
  func reply(_ id: String, _ location: SourceLocation = #_sourceLocation) throws -> PublishedRecord {
    let replies = try repliesByID()[id] ?? []
    #expect(replies.count == 1, "\(id) has \(replies.count) replies", sourceLocation: location)
    return try #require(replies.first, sourceLocation: location)
  }
}
