import CheckoutSession
import Pacing

extension ReplaySender {
  /// Sees to what other runs have or had: what is in doubt is looked for in the request topic, what a live run has is waited for. Ends when nothing of it is left.
  /// - Parameter count: does nothing while there is less to see to.
  mutating func settlePostponed(atLeast count: Int) async throws {
    guard postponed.count >= count else { return }
    while !postponed.isEmpty {
      try context.progress.check()
      pauseSending()
      let all = postponed
      postponed = []
      var again = try await settleDoubts(all.filter(\.isDoubt))
      let taken = all.filter { !$0.isDoubt }
      if again.isEmpty, !taken.isEmpty { try await waitForOthers(taken) }
      again += taken.map(\.line)
      while !again.isEmpty {
        // What was found may have made the canary whole: nothing more is sent before its verdict.
        try await closeCanaryIfSent()
        let batch = Array(again.prefix(batchMax))
        again.removeFirst(batch.count)
        try await apply(batch)
      }
    }
  }

  /// Finds out what became of records whose run died. Returns those that were surely not sent, given back, to be claimed anew.
  private mutating func settleDoubts(_ doubts: [ReplayPostponed]) async throws -> [PreparedReplay] {
    let doubts = try await stillInDoubt(doubts)
    guard !doubts.isEmpty else { return [] }
    let search = try await search(for: doubts)
    var (found, unsent): ([ReplayPostponed], [PreparedReplay]) = ([], [])
    for doubt in doubts {
      if search.found.contains(Self.mark(doubt)) {
        found.append(doubt)
      } else if search.isComplete || doubt.line.entry.action == .drop {
        unsent.append(doubt.line)
      } else {
        let detail =
          "run \(doubt.record.run) died while it sent this, and the request topic no longer goes back to then. Whether its request was answered, "
        context.progress.note {
          $0.refuse(doubt.line.entry, ReplayRefusal(.cannotTell, detail + "the reply topic tells; the action drop settles it"))
        }
      }
    }
    try await noteFound(found)
    let (origins, run) = (unsent.map(\.entry.origin), context.run)
    try await context.ledger { ledger throws(LedgerFailure) in try await ledger.releaseReplays(origins, run: run) }
    context.observe(.doubtsSettled(found: found.count, notFound: unsent.count))
    return unsent
  }

  /// Leaves out what has been settled since it was put off, by another line of the plan for the same request.
  private mutating func stillInDoubt(_ doubts: [ReplayPostponed]) async throws -> [ReplayPostponed] {
    guard !doubts.isEmpty else { return [] }
    let origins = doubts.map(\.line.entry.origin)
    let records = try await context.ledger { ledger throws(LedgerFailure) in try await ledger.replayRecords(origins) }
    var left: [ReplayPostponed] = []
    for (doubt, record) in zip(doubts, records) {
      if let record, record.state != .claimed { settled(doubt.line, record) } else { left.append(doubt) }
    }
    return left
  }

  private func search(for doubts: [ReplayPostponed]) async throws -> RequestTopicSearch {
    // A partition that was not there when one of them was claimed is read from its beginning, so it must not be named.
    var from = doubts.first?.record.searchFrom ?? [:]
    for doubt in doubts.dropFirst() {
      from = from.filter { doubt.record.searchFrom[$0.key] != nil }.reduce(into: [:]) { from, item in
        from[item.key] = min(item.value, doubt.record.searchFrom[item.key] ?? item.value)
      }
    }
    do {
      return try await context.ports.topic.search(for: Set(doubts.map(Self.mark)), from: from)
    } catch {
      throw error is CancellationError ? error : ReplayStop.failed(error)
    }
  }

  private mutating func noteFound(_ found: [ReplayPostponed]) async throws {
    guard !found.isEmpty else { return }
    let (origins, run) = (found.map(\.line.entry.origin), context.run)
    _ = try await context.ledger { [at = context.wallClock.now()] ledger throws(LedgerFailure) in
      try await ledger.recordSent(origins, run: run, at: at)
    }
    context.progress.note { $0.foundSent += found.count }
    for doubt in found { follow(doubt.line.entry, doubt.record, sentBy: .deadRun) }
  }

  private static func mark(_ doubt: ReplayPostponed) -> ReplayMark {
    ReplayMark(deadLetter: doubt.record.claim.deadLetter, count: doubt.record.count)
  }

  /// Gives runs that are alive time to go on, or to die.
  private func waitForOthers(_ taken: [ReplayPostponed]) async throws {
    for (run, records) in Dictionary(grouping: taken, by: \.record.run) where run != context.run {
      context.observe(.waitingForRun(run, records: records.count))
    }
    let end = context.time.now + min(.seconds(1), context.configuration.leaseDuration / 3)
    while context.time.now < end {
      let generation = context.bell.generation
      try context.progress.check()
      try await context.bell.wait(since: generation, until: end, context.time)
    }
  }
}
