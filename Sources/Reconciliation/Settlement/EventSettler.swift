import CheckoutSession
import Logging
import Pacing
import Records
import Stage
import Synchronization

/// Makes results durable and public: records polls in the ledger, publishes their events, and marks those that the broker has acknowledged.
///
/// Works in groups, so that a transaction and a publication are paid once for many. Whatever fails comes back to the step that failed, after a growing wait, and is
/// never dropped: it keeps its place among the sessions in hand, and those are bounded.
///
/// A crash between any two steps is harmless. Before the record the lease ends and the session is polled again. After it the row holds the event, which whoever leases the
/// session next publishes under the same `ce_id`. After the publication only the mark is missing, and the event comes once more, under the same `ce_id` again.
final class EventSettler: Sendable {
  private let queue: GroupQueue<Settlement>
  private let inHand = Atomic(0)
  private let configuration: ReconciliationConfiguration
  private let composer: EventComposer
  private let ledger: any OutstandingLedger
  private let sink: any StatusSink
  private let wallClock: WallClock
  private let spawner: TaskSpawner
  private let logger: Logger
  private let progress: ProgressWatch
  private let board: HoldingBoard
  private let backoff = BackoffPolicy(base: .milliseconds(100), cap: .seconds(5))
  private let onSettled: @Sendable (SettledGroup) -> Void

  /// - Parameters:
  ///   - board: is told when the ledger or the broker takes nothing, and when they do again.
  ///   - onSettled: gets what became of each group; must not block.
  init(
    configuration: ReconciliationConfiguration, ledger: any OutstandingLedger, sink: any StatusSink, time: MonotonicTime,
    wallClock: WallClock, spawner: TaskSpawner, logger: Logger, progress: ProgressWatch,
    board: HoldingBoard, onSettled: @escaping @Sendable (SettledGroup) -> Void
  ) {
    self.configuration = configuration
    composer = EventComposer(topic: configuration.statusTopic, source: configuration.source)
    self.ledger = ledger
    self.sink = sink
    self.wallClock = wallClock
    self.spawner = spawner
    self.logger = logger
    self.progress = progress
    self.board = board
    self.onSettled = onSettled
    let this = WeakReference<EventSettler>()
    queue = GroupQueue(
      itemsMax: configuration.batchMax, groupsMax: configuration.settlementsInFlight, linger: configuration.settlementLinger, time: time,
      spawner: spawner, work: { try await this.object?.settleGroup($0) })
    this.bind(self)
  }

  /// Sessions whose results are not done with.
  var count: Int { inHand.load(ordering: .relaxed) }

  /// Takes results.
  /// - Parameter moreExpected: whether further results are under way, so that it is worth waiting a moment for them.
  func settle(_ settlements: [Settlement], moreExpected: Bool) {
    guard !settlements.isEmpty else { return }
    inHand.add(settlements.count, ordering: .relaxed)
    let toRecord = settlements.count { $0.step == .record }
    progress.expect(.ledger, toRecord)
    progress.expect(.broker, settlements.count - toRecord)
    queue.add(settlements, moreExpected: moreExpected)
  }

  private func settleGroup(_ group: [Settlement]) async throws {
    var done = SettledGroup()
    let recorded = try await record(group, into: &done)
    // Those without an event are free in the ledger by now and may be due again before the others' events are acknowledged.
    finish(done)
    guard !recorded.isEmpty else { return }
    // On its own, so that a slow broker keeps nobody's next poll waiting. How many there are at once is bounded by the sessions in hand.
    spawner.spawn { [self] in
      var done = SettledGroup()
      let published = try await publish(recorded, into: &done)
      try await mark(published, into: &done)
      finish(done)
    }
  }

  private func finish(_ done: SettledGroup) {
    guard done.count > 0 else { return }
    inHand.subtract(done.count, ordering: .relaxed)
    onSettled(done)
  }

  /// - Returns: what goes on to be published or marked.
  private func record(_ group: [Settlement], into done: inout SettledGroup) async throws -> [Settlement] {
    var recorded = group.filter { $0.step != .record }
    for (token, settlements) in Dictionary(grouping: group.lazy.filter { $0.step == .record }, by: \.lease.token) {
      do {
        let results = try await ledger.recordPolls(settlements.map(\.record), under: token, at: wallClock.now())
        progress.came(.ledger, settlements.count)
        board.end(.ledger)
        let known = recorded.count
        for (var settlement, isRecorded) in zip(settlements, results) {
          settlement.step = .publish
          if !isRecorded {
            done.lost.append(settlement.session.key)
          } else if settlement.event == nil {
            done.settled.append(settlement)
          } else {
            recorded.append(settlement)
          }
        }
        progress.expect(.broker, recorded.count - known)
      } catch {
        try again(settlements, after: error, "polls are kept and recorded later")
      }
    }
    return recorded
  }

  /// - Returns: what is to be marked.
  private func publish(_ group: [Settlement], into done: inout SettledGroup) async throws -> [Settlement] {
    let wallNow = wallClock.now()
    let settlements = group.filter { $0.step == .publish && !$0.isLapsed(at: wallNow) }
    done.lapsed = group.filter { $0.step == .publish && $0.isLapsed(at: wallNow) }.map(\.session.key)
    progress.dropped(.broker, done.lapsed.count)
    var acknowledged = group.filter { $0.step == .mark }
    guard !settlements.isEmpty else { return acknowledged }
    var outgoing = OutgoingRecords(recordsCapacity: settlements.count, bytesCapacity: settlements.count * 1024)
    for settlement in settlements { composer.append(settlement, to: &outgoing) }
    let report = try await sink.publish(outgoing)
    var refused: [Settlement] = []
    for (index, var settlement) in settlements.enumerated() {
      guard let failure = report.failures[index] else {
        settlement.step = .mark
        acknowledged.append(settlement)
        continue
      }
      if failure.kind == .tooLarge {
        // Of all that an event says, only this could be shorter.
        settlement.payment = nil
        settlement.paymentMethod = nil
      }
      refused.append(settlement)
    }
    progress.came(.broker, settlements.count - refused.count)
    if refused.count < settlements.count { board.end(.broker) }
    progress.expect(.ledger, settlements.count - refused.count)
    if let example = report.failures.values.first {
      progress.failed(example)
      // An event that is too large is refused by a broker that works.
      if refused.count == settlements.count, report.failures.values.allSatisfy({ $0.kind != .tooLarge }) {
        board.begin(.broker, .broker(example), detail: example.message)
      }
      let wait = retryLater(refused)
      logger.log(
        level: board.since(.broker) == nil ? .warning : .debug, "the broker did not take status events, they are published again",
        metadata: ["events": "\(refused.count)", "error": "\(example.code)", "detail": "\(example.message)", "again_in": "\(wait)"])
    }
    return acknowledged
  }

  private func mark(_ settlements: [Settlement], into done: inout SettledGroup) async throws {
    for (token, settlements) in Dictionary(grouping: settlements, by: \.lease.token) {
      do {
        try await ledger.markPublished(settlements.compactMap(\.mark), under: token)
        progress.came(.ledger, settlements.count)
        board.end(.ledger)
        done.settled += settlements
      } catch {
        try again(settlements, after: error, "published events are marked later")
      }
    }
  }

  private func again(_ settlements: [Settlement], after failure: LedgerFailure, _ consequence: Logger.Message) throws {
    guard failure.isTransient else { throw failure }
    progress.failed(failure)
    board.begin(.ledger, .ledger(failure), detail: failure.message)
    let wait = retryLater(settlements)
    logger.debug(
      "ledger cannot be written, \(consequence)",
      metadata: ["error": "\(failure)", "sessions": "\(settlements.count)", "again_in": "\(wait)"])
  }

  /// Brings settlements back after a growing wait, which is returned.
  private func retryLater(_ settlements: [Settlement]) -> Duration {
    var again = settlements
    for index in again.indices { again[index].failures += 1 }
    let wait = backoff.ceiling(attempt: again.map(\.failures).max() ?? 1)
    queue.add(again, after: wait)
    return wait
  }
}
