import CheckoutSession
import Pacing

/// Sends what a plan says again, each failed request at most once, whatever dies in between and whoever else does the same.
///
/// What makes it so, in the order of the writes:
/// 1. claim a batch in the ledger, with where the request topic ends (one transaction: of two runs one gets a record)
/// 2. publish it at the rate, and wait for the acknowledgements
/// 3. note it as sent (one transaction), then claim the next batch
///
/// A run that dies between 1 and 3 leaves a batch of which nobody knows whether it was sent. Its next claimant, once the dead run's lease is over, looks for the
/// records in the request topic, from where that ended when they were claimed: what is there is noted as sent, what is not is given back and claimed anew. Replies are
/// read all the while by a task of their own.
public struct ReplayApplyService: Sendable {
  /// Runs of one plan that are looked at, for what they have left unanswered.
  static let earlierRunsMax = 100

  private let configuration: ReplayApplyConfiguration
  private let ports: ReplayApplyPorts
  private let time: MonotonicTime
  private let wallClock: WallClock
  private let observe: @Sendable (ReplayNotice) -> Void
  private let progress: ReplayProgress
  private let bell = ReplayBell()

  /// Makes a service for one run.
  /// - Parameter observe: called for what happens meanwhile; must not block.
  public init(
    configuration: ReplayApplyConfiguration, ports: ReplayApplyPorts, time: MonotonicTime = .continuous(), wallClock: WallClock = .system,
    observe: @escaping @Sendable (ReplayNotice) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.ports = ports
    self.time = time
    self.wallClock = wallClock
    self.observe = observe
    progress = ReplayProgress(now: time.now)
  }

  /// Asks it to stop: what is published is finished, nothing more is sent, and the same plan can be gone on with.
  public func stop() {
    progress.stop(.asked)
    bell.ring()
  }

  /// Applies the plan. Called once.
  public func run(_ plan: any PlanSource) async -> ReplayApplyReport {
    do {
      let context = try await begin()
      progress.note { $0.run = context.run }
      observe(.began(run: context.run))
      let stop = await apply(plan, context)
      await end(context, stop)
    } catch {
      progress.note { $0.end = .stopped(Self.stop(error)) }
    }
    return progress.report
  }

  private func begin() async throws -> ReplayContext {
    let hash = configuration.planHash
    let earlier = try await ports.ledger.replayRuns(planHash: hash, limit: Self.earlierRunsMax)
    try await ports.replies.begin(since: Self.listenSince(earlier, now: wallClock.now()))
    let (asked, now) = (time.now, wallClock.now())
    let begun = ReplayRun(
      planHash: hash, user: configuration.user, host: configuration.host, startedAt: now, aliveUntil: now + configuration.leaseDuration)
    let run = try await ports.ledger.beginReplay(begun)
    let planRuns = Dictionary(earlier.map { ($0.number, $0.run) } + [(run, begun)]) { first, _ in first }
    let lease = ReplayLease(
      run: run, ledger: ports.ledger, duration: configuration.leaseDuration, begunAt: asked, time: time, wallClock: wallClock)
    return ReplayContext(
      configuration: configuration, ports: ports, lease: lease, planRuns: planRuns, flights: ReplayFlights(),
      ends: ReplayEnds(topic: ports.topic, time: time), progress: progress, bell: bell, time: time, wallClock: wallClock, observe: observe)
  }

  /// From when on replies may belong to what runs of this plan have sent and not seen answered; nil: from now on.
  private static func listenSince(_ runs: [ReplayRunReport], now: Timestamp) -> Timestamp? {
    let isSomethingOpen = runs.contains { report in
      let isAlive = report.run.ended == nil && report.run.aliveUntil > now
      return isAlive || report.states[.sent, default: 0] + report.states[.claimed, default: 0] > 0
    }
    // A record that one run has sent may be another's in the ledger, who found it after the first one died; so all of them count.
    return isSomethingOpen ? runs.map(\.run.startedAt).min() : nil
  }

  /// Sends, reads replies and keeps the lease, until everything is settled or something ends it.
  private func apply(_ plan: any PlanSource, _ context: ReplayContext) async -> ReplayStop? {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await context.lease.keep() }
      group.addTask { await Self.beside(context) { while true { context.flights.take(try await context.ports.replies.next()) } } }
      group.addTask { await Self.beside(context) { try await context.noteAnswers() } }
      group.addTask { await Self.beside(context) { try await context.ends.keepFresh() } }
      defer { group.cancelAll() }
      do {
        try await context.tell([.started])
        var sender = ReplaySender(context)
        try await sender.send(plan)
        try await sender.awaitLastReplies()
        return nil
      } catch {
        return Self.stop(error)
      }
    }
  }

  /// Works beside the sender until cancelled, or until it fails: the sender looks for that before it sends, and whenever the bell rings.
  private static func beside(_ context: ReplayContext, _ work: () async throws -> Void) async {
    do {
      try await work()
    } catch {
      if !(error is CancellationError) { context.progress.stop(stop(error)) }
      context.bell.ring()
    }
  }

  /// Says how it ended, to the ledger last: with that, what is claimed and not noted as sent is in doubt at once.
  private func end(_ context: ReplayContext, _ stop: ReplayStop?) async {
    var stop = stop
    // Of the end of a run whose process is dead, or whose claims others have, nobody is told.
    guard !Task.isCancelled else { return progress.note { $0.end = .stopped(stop ?? .asked) } }
    if case .notAcknowledged = stop {
      // What a broker has not acknowledged may still arrive from a network that holds it. After a whole lease nothing comes any more.
      try? await time.sleep(until: time.now + configuration.leaseDuration)
    }
    let silent = context.flights.unanswered
    progress.note { report in
      for flight in silent { report.silence(flight.entry, sentBy: flight.sender.earlierRun, lines: flight.lines) }
    }
    do {
      try await context.tell(silent.map { .applied($0.entry, count: $0.mark.count, answer: nil) })
      try await context.tell([.finished(Self.ending(stop), progress.report)])
    } catch {
      stop = stop ?? Self.stop(error)
    }
    progress.note { $0.end = stop.map(ReplayApplyReport.End.stopped) ?? .finished }
    // If this fails, the lease ends by itself.
    try? await ports.ledger.endReplay(context.run, ReplayRun.Ending(at: wallClock.now(), end: Self.ending(stop)))
  }

  private static func ending(_ stop: ReplayStop?) -> ReplayRun.End {
    switch stop {
    case nil: .finished
    case .canaryFailed: .canaryFailed
    default: .stopped
    }
  }

  private static func stop(_ error: any Error) -> ReplayStop {
    if let stop = error as? ReplayStop { return stop }
    return error is CancellationError ? .asked : .failed(error)
  }
}
