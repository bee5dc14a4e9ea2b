import CheckoutSession
import Logging
import Pacing
import Records
import Stage

/// Makes decisions durable and public: records them in the ledger, publishes replies and dead letters, marks them published and finishes their
/// records (`design/architecture.md`, "Order of writes", steps 3 to 5).
///
/// Works in groups: whatever is decided while earlier groups are under way goes together, so a transaction and a publication are paid once for many.
///
/// A crash between any two steps is harmless: before the record step the request is *in doubt* and is sent again; after it the ledger has the reply, which is
/// published again under the same `ce_id`; after the publication only the mark and the offset are missing.
final class Settler: Sendable {
  private let queue: GroupQueue<Settlement>
  private let configuration: CreationConfiguration
  private let composer: ReplyComposer
  private let lifetime: LifetimePolicy
  private let ledger: any RequestLedger
  private let sink: any ReplySink
  private let wallClock: WallClock
  private let isTimeKnown: @Sendable () -> Bool
  private let board: HoldingBoard
  private let logger: Logger
  private let backoff = BackoffPolicy(base: .milliseconds(100), cap: .seconds(5))
  private let onOutcome: @Sendable (SettlementOutcome) async throws -> Void

  /// - Parameters:
  ///   - isTimeKnown: whether `wallClock` is right: ``SessionCreator/isTimeKnown``.
  ///   - board: is told when the ledger or the broker takes nothing, and when they do again.
  ///   - onOutcome: gets what became of each group.
  init(
    configuration: CreationConfiguration, ledger: any RequestLedger, sink: any ReplySink, time: MonotonicTime, wallClock: WallClock,
    isTimeKnown: @escaping @Sendable () -> Bool, spawner: TaskSpawner, board: HoldingBoard, logger: Logger,
    onOutcome: @escaping @Sendable (SettlementOutcome) async throws -> Void
  ) {
    self.configuration = configuration
    composer = ReplyComposer(routing: configuration.routing, payload: configuration.deadLetterPayload)
    lifetime = LifetimePolicy(configuration)
    self.ledger = ledger
    self.sink = sink
    self.wallClock = wallClock
    self.isTimeKnown = isTimeKnown
    self.board = board
    self.logger = logger
    self.onOutcome = onOutcome
    let this = WeakReference<Settler>()
    queue = GroupQueue(
      itemsMax: configuration.settlementRecordsMax, groupsMax: configuration.settlementsInFlight, linger: configuration.settlementLinger,
      time: time, spawner: spawner, work: { try await this.object?.settleGroup($0) })
    this.bind(self)
  }

  /// Takes decisions.
  /// - Parameter moreExpected: whether further decisions are under way, so that it is worth waiting a moment for them.
  func settle(_ settlements: [Settlement], moreExpected: Bool) { queue.add(settlements, moreExpected: moreExpected) }

  private func settleGroup(_ decided: [Settlement]) async throws {
    var outcome = SettlementOutcome()
    guard let recorded = try await record(decided) else { return }
    var publishable: [Settlement] = []
    publishable.reserveCapacity(recorded.count)
    let now = wallClock.now()
    for settlement in recorded {
      switch lifetime.decide(settlement, now: now, isTimeKnown: isTimeKnown()) {
      case .publish: publishable.append(settlement)
      case .renew: outcome.toRenew.append(settlement)
      case .putOff(let until): outcome.toPutOff.append((settlement, until))
      case .awaitTime: outcome.toAwaitTime.append(settlement)
      }
    }
    try await publish(publishable, into: &outcome)
    await markPublished(outcome.published)
    try await onOutcome(outcome)
  }

  /// Step 3. Nil if the ledger cannot be written now: the group then comes again later.
  private func record(_ settlements: [Settlement]) async throws -> [Settlement]? {
    var settlements = settlements
    var positions: [Int] = []
    var decisions: [NewDecision] = []
    for index in settlements.indices where settlements[index].recording == .wanted {
      guard let key = settlements[index].request.key else { continue }
      positions.append(index)
      decisions.append(NewDecision(key: key, reply: settlements[index].decision, watch: watch(settlements[index])))
    }
    guard !decisions.isEmpty else { return settlements }
    do {
      let results = try await ledger.record(decisions)
      board.end(.ledger)
      for (position, result) in zip(positions, results) {
        settlements[position].recording = .done
        guard case .superseded(let decision) = result else { continue }
        settlements[position].decision = decision
        settlements[position].mayBePublished = true
      }
      return settlements
    } catch {
      guard error.isTransient else { throw error }
      board.begin(.ledger, .ledger(error), detail: error.message)
      let wait = retryLater(settlements)
      logger.debug(
        "ledger cannot be written, decisions are kept and recorded later",
        metadata: ["error": "\(error)", "decisions": "\(decisions.count)", "again_in": "\(wait)"])
      return nil
    }
  }

  /// How the reconciliation stage is to watch a created session.
  private func watch(_ settlement: Settlement) -> SessionWatch? {
    guard let session = settlement.decision.session, let mode = settlement.request.incoming.mode else { return nil }
    return SessionWatch(
      recordKey: settlement.request.incoming.key.map(Array.init),
      firstPollAt: session.createdAt + (configuration.firstPollAfter[mode] ?? .zero))
  }

  /// Step 4.
  private func publish(_ settlements: [Settlement], into outcome: inout SettlementOutcome) async throws {
    guard !settlements.isEmpty else { return }
    var outgoing = OutgoingRecords(recordsCapacity: settlements.count, bytesCapacity: settlements.count * 1024)
    var firstRecord: [Int] = []
    firstRecord.reserveCapacity(settlements.count + 1)
    for settlement in settlements {
      firstRecord.append(outgoing.count)
      composer.append(settlement, to: &outgoing)
    }
    firstRecord.append(outgoing.count)
    let report = try await sink.publish(outgoing)
    if report.failures.count < outgoing.count { board.end(.broker) }
    guard !report.failures.isEmpty else {
      outcome.published = settlements
      return
    }
    var failed: [Settlement] = []
    for (index, settlement) in settlements.enumerated() {
      let failures = (firstRecord[index]..<firstRecord[index + 1]).map { report.failures[$0] }
      if failures.contains(where: { $0 != nil }) {
        failed.append(Self.afterFailure(settlement, failures))
      } else {
        outcome.published.append(settlement)
      }
    }
    let wait = retryLater(failed)
    let example = report.failures.values.first
    // A record that is too large is refused by a broker that works.
    if let example, report.failures.count == outgoing.count, report.failures.values.allSatisfy({ $0.kind != .tooLarge }) {
      board.begin(.broker, .broker(example), detail: example.message)
    }
    logger.log(
      level: board.since(.broker) == nil ? .warning : .debug, "the broker did not take records, they are published again",
      metadata: [
        "replies": "\(failed.count)", "error": "\(example?.code ?? "")", "detail": "\(example?.message ?? "")", "again_in": "\(wait)",
      ])
  }

  /// - Parameter failures: of the settlement's records, in the order in which the composer wrote them.
  private static func afterFailure(_ settlement: Settlement, _ failures: [PublishReport.Failure?]) -> Settlement {
    var settlement = settlement
    var deadLetter = failures.count > 1 ? failures[1] : nil
    if settlement.replyIsPublished {
      deadLetter = failures[0]
    } else if let reply = failures[0] {
      if reply.kind == .inDoubt { settlement.mayBePublished = true }
    } else {
      settlement.replyIsPublished = true
    }
    if deadLetter?.kind == .tooLarge { settlement.deadLetterWithoutValue = true }
    return settlement
  }

  /// Step 5. Losing the mark only means that the reply may be published again, so a failure is no reason to hold anything.
  private func markPublished(_ settlements: [Settlement]) async {
    let keys = settlements.compactMap { $0.recording == .done ? $0.request.key : nil }
    guard !keys.isEmpty else { return }
    do {
      try await ledger.markPublished(keys, at: wallClock.now())
    } catch {
      logger.warning("ledger did not take the marks of published replies", metadata: ["error": "\(error)", "replies": "\(keys.count)"])
    }
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
