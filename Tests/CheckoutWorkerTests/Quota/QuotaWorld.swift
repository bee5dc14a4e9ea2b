import CheckoutSession
import Logging
import Pacing
import Synchronization
import TestClock
import Testing

@testable import CheckoutWorker

/// Processes that share a quota, in virtual time. What they use together is checked at every change.
final class QuotaWorld: Sendable {
  /// One process: its keeper, and what its stage was told.
  final class Process: Sendable {
    struct State {
      var demand: Double
      var pausedUntil: Duration?
      var fraction = 0.0
    }

    let id: Int64
    private let state: SharedState<State>
    let log = QuotaLog()
    let keeper: QuotaKeeper

    fileprivate init(_ lane: QuotaMember.Lane, id: Int64, weight: Double, demand: Double, ledger: any QuotaLedger, world: QuotaWorld) {
      self.id = id
      let state = SharedState(State(demand: demand))
      self.state = state
      let inUse = world.inUse
      keeper = QuotaKeeper(
        QuotaKeeperConfiguration(lane: lane, reconciliationShare: 0.3), id: id, weight: weight, ledger: ledger, time: world.time,
        wallClock: world.wallClock,
        measure: { state.withLock { QuotaUse(demand: $0.demand, pausedUntil: $0.pausedUntil) } },
        apply: { fraction, pausedUntil in
          state.withLock {
            $0.fraction = fraction
            if let pausedUntil { $0.pausedUntil = max($0.pausedUntil ?? pausedUntil, pausedUntil) }
          }
          inUse.withLock { inUse in
            inUse[id] = fraction
            let sum = inUse.values.reduce(0, +)
            if sum > 1 { Issue.record("\(sum) of the quota in use") }
          }
        }, logger: log.logger)
    }

    var fraction: Double { state.withLock { $0.fraction } }
    var pausedUntil: Duration? { state.withLock { $0.pausedUntil } }
    func want(_ demand: Double) { state.withLock { $0.demand = demand } }
    func pause(until moment: Duration) { state.withLock { $0.pausedUntil = moment } }
  }

  let clock = ManualClock()
  let time: MonotonicTime
  let wallClock: WallClock
  private let wallOffset: SharedState<Int64>
  private let inUse = SharedState<[Int64: Double]>([:])

  init() {
    time = MonotonicTime(clock: clock)
    wallOffset = SharedState(0)
    wallClock = WallClock { [clock, wallOffset] in
      Timestamp(millisecondsSinceEpoch: clock.wallMilliseconds + wallOffset.withLock { $0 })
    }
  }

  /// Puts the time of day forward, or back.
  func stepWallClock(by duration: Duration) { wallOffset.withLock { $0 += duration.wholeMilliseconds } }

  /// Makes a process, which has not asked for anything yet.
  func process(_ lane: QuotaMember.Lane, id: Int64, weight: Double = 1, demand: Double, ledger: any QuotaLedger) -> Process {
    Process(lane, id: id, weight: weight, demand: demand, ledger: ledger, world: self)
  }

  /// Runs processes beside `body`, which begins when all have had their first grant and wait for the next round; afterwards all are cancelled and leave.
  func run(_ processes: [Process], _ body: () async throws -> Void) async throws {
    for process in processes { await process.keeper.start() }
    try await withThrowingDiscardingTaskGroup { group in
      for process in processes { group.addTask { await process.keeper.run() } }
      await settle(processes.count)
      try await body()
      group.cancelAll()
    }
  }

  /// Lets time pass, from one thing that happens to the next.
  /// - Parameter hanging: how many of the processes wait for the ledger and not for a round.
  func pass(_ duration: Duration, processes: Int, hanging: Int = 0) async {
    let end = clock.now.offset + duration
    while let next = clock.nextDeadline?.offset, next <= end {
      clock.advanceToNextSleeper()
      await settle(processes, hanging: hanging)
    }
    clock.advance(to: .init(offset: end))
  }

  /// Each process sleeps twice: until its next round, and until its grant ends.
  func settle(_ processes: Int, hanging: Int = 0) async { await clock.sleepers(atLeast: 2 * processes - hanging) }
}

/// A value that closures share.
final class SharedState<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>
  init(_ value: sending Value) { mutex = Mutex(value) }
  func withLock<Result: Sendable>(_ body: (inout sending Value) -> Result) -> Result { mutex.withLock { body(&$0) } }
}

/// Lines that were logged, by level.
final class QuotaLog: Sendable {
  private let state = Mutex<[(level: Logger.Level, line: String)]>([])

  var logger: Logger { Logger(label: "test", factory: { _ in Handler(log: self) }) }
  func count(_ level: Logger.Level) -> Int { state.withLock { $0.count { $0.level == level } } }

  private struct Handler: LogHandler {
    let log: QuotaLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.state.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
    }
  }
}
