import CheckoutSession
import Pacing
import Records
import Stage

extension ReplaySender {
  /// Publishes claimed requests at the rate, and notes what was acknowledged. Whatever ends it early, what was surely not sent is given back.
  ///
  /// The acknowledgement of one publication is not waited for before the next one, or a slow broker would slow the rate down.
  mutating func publish(_ requests: [ReplayOutgoing]) async throws {
    guard !requests.isEmpty else { return pauseSending() }
    if isPaused { bucket.empty(now: context.time.now) }
    isPaused = false
    let sink = context.ports.sink
    var next = 0
    var end: (any Error)?
    var deliveries: [ReplayDelivery] = []
    await withTaskGroup(of: ReplayDelivery.self) { group in
      while next < requests.count, end == nil {
        do {
          let count = try await takeTokens(requests.count - next)
          try await context.lease.secure(context.configuration.leaseNeeded)
          let some = Array(requests[next..<(next + count)])
          next += count
          let records = prepare(some)
          group.addTask { await ReplayDelivery(of: some, records, to: sink) }
        } catch {
          end = error
        }
      }
      for await delivery in group { deliveries.append(delivery) }
    }
    let outcome = sort(deliveries)
    // What has happened is noted first, whatever comes of it.
    do {
      try await record(outcome.sent)
    } catch {
      end = end ?? error
      context.progress.note { $0.inDoubt += outcome.sent.count }
    }
    await giveBack((outcome.unsent + requests[next...]).map(\.line.entry.origin))
    if let failure = outcome.failure { throw ReplayStop.notAcknowledged(failure) }
    if let end { throw end }
  }

  /// Waits for the rate. Returns for how many records.
  private mutating func takeTokens(_ max: Int) async throws -> Int {
    while true {
      let generation = context.bell.generation
      try context.progress.check()
      try Task.checkCancellation()
      let now = context.time.now
      var count = 0
      while count < max, bucket.take(now: now) { count += 1 }
      guard count == 0 else {
        context.progress.noteLetGo(count, at: now)
        return count
      }
      try await context.bell.wait(since: generation, until: bucket.nextDue, context.time)
    }
  }

  /// Makes the records of some, whose replies are waited for from now on: they can come before the acknowledgements.
  private mutating func prepare(_ requests: [ReplayOutgoing]) -> OutgoingRecords {
    var records = OutgoingRecords(recordsCapacity: requests.count)
    for request in requests {
      request.append(to: &records, topic: context.configuration.requestsTopic)
      context.flights.add(
        ReplayFlight(entry: request.line.entry, mark: request.mark, isCanary: takeCanary(), sender: .thisRun, isRecorded: false))
    }
    return records
  }

  /// Tells what was acknowledged from what was not.
  private func sort(
    _ deliveries: [ReplayDelivery]
  ) -> (sent: [ReplayOutgoing], unsent: [ReplayOutgoing], failure: PublishReport.Failure?) {
    var (sent, unsent): ([ReplayOutgoing], [ReplayOutgoing]) = ([], [])
    var stop: PublishReport.Failure?
    for (request, failure) in deliveries.flatMap(\.results) {
      guard let failure else {
        sent.append(request)
        continue
      }
      if context.flights.remove(request.mark)?.isCanary == true { context.progress.forgetCanary() }
      switch failure.kind {
      case .tooLarge:
        unsent.append(request)
        context.progress.note { $0.refuse(request.line.entry, ReplayRefusal(.tooLarge, failure.message)) }
      case .notPublished:
        unsent.append(request)
        stop = stop ?? failure
      case .inDoubt:
        stop = failure
        context.progress.note { $0.inDoubt += 1 }
      }
    }
    return (sent, unsent, stop)
  }

  /// Notes what was acknowledged. Until that has happened it is in doubt for everybody else.
  func record(_ sent: [ReplayOutgoing]) async throws {
    guard !sent.isEmpty else { return }
    let (origins, run) = (sent.map(\.line.entry.origin), context.run)
    let isOurs = try await context.ledger { [at = context.wallClock.now()] ledger throws(LedgerFailure) in
      try await ledger.recordSent(origins, run: run, at: at)
    }
    context.progress.note { report in report.takenOver += isOurs.count { !$0 } }
    context.progress.noteSent(sent.count, at: context.time.now)
    context.flights.markRecorded(sent.map(\.mark))
  }

  /// Gives back what was claimed and surely not sent. If the ledger is away it stays in doubt, and the next run finds that it was not sent.
  func giveBack(_ origins: [RecordCoordinate]) async {
    guard !origins.isEmpty else { return }
    try? await context.ports.ledger.releaseReplays(origins, run: context.run)
  }
}
