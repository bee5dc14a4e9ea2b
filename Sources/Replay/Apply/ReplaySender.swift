import CheckoutSession
import Pacing

/// The one task that claims and publishes.
struct ReplaySender {
  /// Records of other runs that are put off before they are seen to.
  private static let postponedMax = 2000

  let context: ReplayContext
  var bucket: TokenBucket
  /// Whether the next record is the first one, or the first one after a pause: it waits for its turn like any other, and no burst follows it.
  var isPaused = true
  /// How many more records belong to the canary; nil once it has passed, or if there is none.
  var canaryLeft: Int?
  var postponed: [ReplayPostponed] = []
  /// Drops that the ledger has, and that are still to be told of.
  private var droppedUntold: [ReplayDrop] = []

  init(_ context: ReplayContext) {
    self.context = context
    bucket = TokenBucket(context.configuration.quota)
    canaryLeft = context.configuration.canaryCount > 0 ? context.configuration.canaryCount : nil
  }

  /// How many lines may be claimed together: not one more than the canary lacks, which is more than 0 unless ``closeCanaryIfSent()`` is to be called.
  var batchMax: Int { min(context.configuration.batchMax, canaryLeft ?? .max) }

  /// Sees to every line of the plan. The next lines are made ready while those before are sent.
  mutating func send(_ plan: any PlanSource) async throws {
    let preparer = context.ports.preparer
    try await withThrowingTaskGroup(of: [PreparedReplay].self) { group in
      let prepare: @Sendable () async throws -> [PreparedReplay] = {
        let entries = try await plan.next(ReplayApplyConfiguration.chunkMax)
        return entries.isEmpty ? [] : try await preparer.prepare(entries)
      }
      group.addTask(operation: prepare)
      while let chunk = try await group.next(), !chunk.isEmpty {
        group.addTask(operation: prepare)
        try await send(chunk)
        try await settlePostponed(atLeast: Self.postponedMax)
      }
    }
    try await settlePostponed(atLeast: 1)
    try await tellDrops()
  }

  /// Sees to prepared lines: by batches of which a crash leaves one in doubt.
  mutating func send(_ chunk: [PreparedReplay]) async throws {
    var rest = chunk[...]
    while !rest.isEmpty {
      try context.progress.check()
      try await apply(try await nextBatch(&rest))
      let report = context.progress.report
      context.observe(.progress(lines: report.lines, sent: report.sent, answered: report.answered))
    }
  }

  /// Takes the next lines about which something is to be done; those in between are counted. Only a line to do shows that the canary has a rest, which waits for
  /// its verdict.
  private mutating func nextBatch(_ rest: inout ArraySlice<PreparedReplay>) async throws -> [PreparedReplay] {
    var batch: [PreparedReplay] = []
    while let next = rest.first {
      if next.isToDo {
        try await closeCanaryIfSent()
        guard batch.count < batchMax else { break }
        batch.append(next)
      } else {
        count(next)
      }
      rest.removeFirst()
    }
    return batch
  }

  /// Counts a line about which nothing is to be done.
  private func count(_ line: PreparedReplay) {
    context.progress.note { report in
      switch line.work {
      case .send, .drop: break
      case .skip: report.skipped += 1
      case .refuse(let refusal): report.refuse(line.entry, refusal)
      }
    }
  }

  /// Claims a batch and publishes what is this run's; puts off what is another's.
  mutating func apply(_ batch: [PreparedReplay]) async throws {
    guard !batch.isEmpty else { return }
    try await waitForRoom(batch.count)
    // A lease that is over by now was perhaps taken over: what is claimed under it would be nobody's.
    try await context.lease.secure(context.configuration.leaseNeeded)
    let (claims, offsets) = (batch.compactMap(\.claim), try await context.ends.current())
    let (run, attemptsMax, at) = (context.run, context.configuration.attemptsMax, context.wallClock.now())
    let outcomes = try await context.ledger { ledger throws(LedgerFailure) in
      try await ledger.claimReplays(claims, run: run, searchFrom: offsets, attemptsMax: attemptsMax, at: at)
    }
    var toSend: [ReplayOutgoing] = []
    for (line, outcome) in zip(batch, outcomes) {
      switch outcome {
      case .claimed(let count):
        if case .send(let record) = line.work {
          toSend.append(ReplayOutgoing(line: line, record: record, count: count))
        } else {
          noteDropped(line.entry, at: at)
        }
      case .inDoubt(let record): postponed.append(ReplayPostponed(line: line, record: record, isDoubt: true))
      case .taken(let record): postponed.append(ReplayPostponed(line: line, record: record, isDoubt: false))
      case .settled(let record): settled(line, record)
      case .overLimit(let replayed): context.progress.note { $0.refuse(line.entry, .overLimit(replayed)) }
      }
    }
    do {
      // Before anything that may end this run: the claim has settled them, so no later step of it comes to them again.
      try await tellDrops()
    } catch {
      await giveBack(toSend.map(\.line.entry.origin))
      throw error
    }
    try await publish(toSend)
  }

  /// A drop of this run, new with this claim.
  private mutating func noteDropped(_ entry: PlanEntry, at: Timestamp) {
    context.progress.note { $0.dropped += 1 }
    droppedUntold.append(ReplayDrop(entry: entry, run: context.run, at: at))
  }

  /// Tells of drops.
  ///
  /// A drop is settled by its claim alone, so a run that dies right after it, or an answer of the ledger that is lost, leaves one that nobody was told of. Whoever
  /// applies the plan next therefore tells of all its drops again, in the words of the run that dropped: the events have stable ids.
  private mutating func tellDrops() async throws {
    let drops = droppedUntold
    droppedUntold = []
    try await context.tell(drops: drops)
  }

  /// Another run has seen to it, or this one under another line. What a run of this plan has sent belongs to this plan's replies, and to its canary.
  mutating func settled(_ line: PreparedReplay, _ record: ReplayRecord) {
    let isDrop = record.state == .dropped && line.entry.action == .drop && record.claim.deadLetter == line.entry.place
    guard record.run != context.run else {
      // The claim may have been this line's own, with the ledger's answer to it lost.
      guard isDrop else { return context.progress.note { $0.skipped += 1 } }
      return noteDropped(line.entry, at: record.claimedAt)
    }
    let isOurs = context.planRuns[record.run] != nil
    switch record.state {
    case .claimed, .dropped:
      context.progress.note { $0.earlier[record.run, default: .init()].dropped += 1 }
      if isOurs, isDrop { droppedUntold.append(ReplayDrop(entry: line.entry, run: record.run, at: record.claimedAt)) }
    case .sent where isOurs:
      context.progress.note { $0.earlier[record.run, default: .init()].sent += 1 }
      follow(line.entry, record, sentBy: .earlierRun(record.run))
    case .sent:
      context.progress.note { report in
        report.earlier[record.run, default: .init()].sent += 1
        report.earlier[record.run, default: .init()].unanswered += 1
      }
    case .answered:
      context.progress.note { $0.earlier[record.run, default: .init()].sent += 1 }
      guard isOurs, let answer = record.answer, line.entry.prediction.agrees(with: answer), let left = canaryLeft, left > 0 else { return }
      canaryLeft = left - 1
    }
  }

  /// Waits for the reply to a record that another run has sent. Of too many, the others count as not answered.
  mutating func follow(_ entry: PlanEntry, _ record: ReplayRecord, sentBy sender: ReplayFlight.Sender) {
    let mark = ReplayMark(deadLetter: record.claim.deadLetter, count: record.count)
    // Another line of the plan for the same request may be waiting for it: the canary counts replies, so one must not count twice.
    guard !context.flights.addLine(mark) else { return }
    guard context.flights.count < context.configuration.followedMax else {
      return context.progress.note { $0.silence(entry, sentBy: sender.earlierRun) }
    }
    context.flights.add(ReplayFlight(entry: entry, mark: mark, isCanary: takeCanary(), sender: sender, isRecorded: true))
  }

  /// Whether the next record belongs to the canary.
  mutating func takeCanary() -> Bool {
    guard let left = canaryLeft, left > 0 else { return false }
    canaryLeft = left - 1
    context.progress.noteCanary()
    return true
  }

  /// It waits for something other than its rate, or has nothing to send for the moment: that time is none to make up for.
  mutating func pauseSending() {
    isPaused = true
    context.progress.pauseSending(at: context.time.now)
  }

  /// Waits until so many more may be under way.
  private mutating func waitForRoom(_ count: Int) async throws {
    let limit = context.configuration.inFlightMax - count
    // What an earlier run has sent does not count: its replies may never come.
    guard context.flights.ownCount > limit else { return }
    pauseSending()
    context.observe(.waitingForReplies(inFlight: context.flights.ownCount))
    let hasRoom = try await context.wait(noMoveFor: context.configuration.replyTimeout) { context.flights.ownCount <= limit }
    guard hasRoom else { throw ReplayStop.noReplies(inFlight: context.flights.ownCount) }
  }
}
