import CheckoutSession
import Pacing

/// What the parts of one run share.
struct ReplayContext: Sendable {
  let configuration: ReplayApplyConfiguration
  let ports: ReplayApplyPorts
  let lease: ReplayLease
  /// Runs of this plan by their numbers, this one included: their records are this plan's business.
  let planRuns: [Int64: ReplayRun]
  let flights: ReplayFlights
  let ends: ReplayEnds
  let progress: ReplayProgress
  let bell: ReplayBell
  let time: MonotonicTime
  let wallClock: WallClock
  let observe: @Sendable (ReplayNotice) -> Void

  /// How long a ledger that is away is asked again before the run gives up. What was published meanwhile is in doubt then, and the next run finds it.
  static let patience: Duration = .seconds(30)
  /// How many records the ledger is asked for together, to see whether they are answered: they hold no bodies.
  private static let adoptionMax = 1000

  var run: Int64 { lease.run }

  /// Calls the ledger, again and again while it is away.
  /// - Throws: ``ReplayStop/failed(_:)``, `CancellationError`.
  func ledger<Value: Sendable>(_ call: (any ReplayLedger) async throws(LedgerFailure) -> Value) async throws -> Value {
    let deadline = time.now + Self.patience
    while true {
      do throws(LedgerFailure) {
        return try await call(ports.ledger)
      } catch {
        guard error.isTransient, time.now < deadline else { throw ReplayStop.failed(error) }
        try await time.sleep(until: time.now + .milliseconds(200))
      }
    }
  }

  /// Waits until `isOver`, or for so long that nothing moved; looks whenever the bell rings.
  /// - Returns: whether it is over.
  /// - Throws: ``ReplayStop``, `CancellationError`.
  func wait(noMoveFor limit: Duration, until isOver: () -> Bool) async throws -> Bool {
    let began = time.now
    while true {
      let generation = bell.generation
      try progress.check()
      if isOver() { return true }
      let deadline = max(began, progress.movedAt) + limit
      guard time.now < deadline else { return false }
      try await bell.wait(since: generation, until: deadline, time)
    }
  }

  /// Waits for answers, until `isOver` or for `--reply-timeout` since the last one. Those that another run has noted meanwhile come from the ledger: their replies
  /// may have passed before this run began to read.
  func awaitAnswers(until isOver: () -> Bool) async throws -> Bool {
    let (began, slice) = (time.now, min(configuration.replyTimeout, .seconds(2)))
    while true {
      try await adoptAnswers()
      if try await wait(noMoveFor: slice, until: isOver) { return true }
      if time.now >= max(began, progress.movedAt) + configuration.replyTimeout { return false }
    }
  }

  private func adoptAnswers() async throws {
    let inherited = Array(flights.inherited)
    for start in stride(from: 0, to: inherited.count, by: Self.adoptionMax) {
      let page = inherited[start..<min(start + Self.adoptionMax, inherited.count)]
      let records = try await ledger { ledger throws(LedgerFailure) in try await ledger.replayRecords(page.map(\.key)) }
      flights.take(zip(page, records).compactMap { item, record in record?.answer.map { ReplayReply(mark: item.value, answer: $0) } })
    }
  }

  /// Notes answers as they come, until cancelled: beside the sending, whose rate must not wait for it.
  func noteAnswers() async throws {
    while true {
      let generation = flights.landings.generation
      try await recordLanded()
      await flights.landings.wait(since: generation)
      try Task.checkCancellation()
    }
  }

  /// Notes the answers that can be noted: tells of them first, so that one whose answer the ledger has was told of.
  func recordLanded() async throws {
    let landed = flights.takeLanded()
    guard !landed.isEmpty else { return }
    try await tell(landed.map { .applied($0.flight.entry, count: $0.flight.mark.count, answer: $0.answer) })
    var answers: [RecordCoordinate: ReplayAnswer] = [:]
    for landing in landed { answers[landing.flight.entry.origin] = landing.answer }
    try await ledger { [answers, at = wallClock.now()] ledger throws(LedgerFailure) in try await ledger.recordAnswers(answers, at: at) }
    for landing in landed where landing.flight.isCanary { observe(.canaryAnswered(landing.flight.entry, landing.answer)) }
    progress.noteAnswers(landed, at: time.now)
    flights.noted(landed.count)
    bell.ring()
  }

  /// Tells what happened, if anybody wants to know.
  /// - Throws: ``ReplayStop/failed(_:)``: nothing goes on that nobody is told of.
  func tell(_ kinds: [ReplayAuditEvent.Kind]) async throws {
    let at = wallClock.now()
    try await publish(kinds.map { event($0, run: run, at: at) })
  }

  /// Tells of drops, in the name and with the time of the run that dropped.
  /// - Throws: ``ReplayStop/failed(_:)``.
  func tell(drops: [ReplayDrop]) async throws {
    try await publish(drops.map { event(.applied($0.entry, count: 0, answer: nil), run: $0.run, at: $0.at) })
  }

  private func event(_ kind: ReplayAuditEvent.Kind, run: Int64, at: Timestamp) -> ReplayAuditEvent {
    let (user, host) = planRuns[run].map { ($0.user, $0.host) } ?? (configuration.user, configuration.host)
    return ReplayAuditEvent(run: run, planHash: configuration.planHash, user: user, host: host, at: at, kind: kind)
  }

  private func publish(_ events: [ReplayAuditEvent]) async throws {
    guard let trail = ports.auditTrail, !events.isEmpty else { return }
    do {
      try await trail.publish(events)
    } catch {
      throw ReplayStop.failed(error)
    }
  }
}
