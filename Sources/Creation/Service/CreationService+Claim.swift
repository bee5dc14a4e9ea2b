import CheckoutSession
import Logging
import Pacing
import Records
import Stage
import Synchronization

// Taking work: steps 1 and 2 of "Order of writes" (`design/architecture.md`).
extension CreationService {
  func takeBatches() async throws {
    var intake = Intake(merchants: configuration.merchants, routing: configuration.routing)
    while true {
      try await batches.wait(untilAtMost: configuration.batchesInFlight - 1)
      // In an outage what is taken could only wait here, and be in doubt after a crash. The consumer keeps its place in the group without being asked for records.
      try await intakeStops.wait(untilAtMost: 0)
      guard let batch = try await source.nextBatch(batchLimits) else { return }
      guard !batch.records.isEmpty else { continue }
      records.enter(batch.records.count)
      state.withLock { state in
        state.statistics.batches += 1
        state.statistics.consumed += batch.records.count
      }
      let result = intake.read(BatchInProgress(batch, gate: batches), at: wallClock.now())
      parts.settler.settle(result.rejected, moreExpected: !result.claimable.isEmpty)
      try await claim(result.claimable)
    }
  }

  /// No more records at a time than the quota lets through within half a batch deadline: what is claimed and not sent when a process dies is in doubt afterwards.
  private var batchLimits: BatchLimits {
    var limits = configuration.batch
    if parts.dispatcher.isTakingOne { limits.recordsMax = 1 }
    let quota = configuration.pacer.quota
    guard !quota.isUnlimited else { return limits }
    // With no part of the quota at the moment one record at a time: the next grant comes within a second or two.
    let rate = quota.requestsPerSecond * parts.dispatcher.snapshot.quotaFraction
    let sendable = rate * Double(configuration.attempts.deadline.wholeMilliseconds) / 2000
    limits.recordsMax = min(limits.recordsMax, max(1, Int(sendable) / configuration.batchesInFlight))
    return limits
  }

  /// Claims what nobody here is working on; the rest waits behind who does.
  ///
  /// A drain that begins while this runs finds the requests in the dispatcher and abandons them there, or the dispatcher abandons them when they come.
  func claim(_ requests: [PendingRequest]) async throws {
    guard !requests.isEmpty else { return }
    guard !isDraining else { return abandon(requests, holdingIdentities: false) }
    let mine = identities.acquire(requests)
    guard !mine.isEmpty else { return }
    let claims = mine.compactMap(\.claim)
    // Intake lets nothing through without a hash and a mode, so that claims and requests stand in one order.
    precondition(claims.count == mine.count, "a request reached the claim without having been read")
    let outcomes = try await ledgerHold { () async throws(LedgerFailure) in
      try await self.ledger.claim(claims, at: self.wallClock.now())
    }
    guard let outcomes else { return abandon(mine, holdingIdentities: true) }
    let claimed = ClaimedRequests(mine, outcomes, at: wallClock.now())
    if claimed.inDoubtCount > 0 {
      state.withLock { $0.statistics.inDoubt += claimed.inDoubtCount }
      logger.info("requests were in doubt and are sent again", metadata: ["requests": "\(claimed.inDoubtCount)"])
    }
    parts.settler.settle(claimed.settled, moreExpected: !claimed.toSend.isEmpty)
    parts.dispatcher.submit(claimed.toSend)
  }

  /// How the ledger is called where nothing can go on without it.
  var ledgerHold: LedgerHold {
    LedgerHold(
      board: board, isDraining: { self.isDraining }, wait: { try await self.time.sleep(until: self.time.now + $0) },
      onFailure: { failure, _, againIn in
        self.logger.debug("a call of the ledger failed", metadata: ["error": "\(failure)", "again_in": "\(againIn)"])
      })
  }
}
