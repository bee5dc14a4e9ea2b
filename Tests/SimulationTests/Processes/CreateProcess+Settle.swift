import CheckoutSession
import Pacing
import Records
import Stage

@testable import Creation

// Recording and publishing: `Settler` without tasks.
extension CreateProcess {
  func settle(_ settlements: [Creation.Settlement]) {
    queue += settlements
    startGroups()
  }

  private func startGroups() {
    while groups < Self.groupsMax, !queue.isEmpty {
      groups += 1
      steps.add(.record(queue), at: world.now)
      queue = []
    }
  }

  private func endGroup() {
    groups -= 1
    startGroups()
  }

  func record(_ group: [Creation.Settlement]) {
    var positions: [Int] = []
    var decisions: [NewDecision] = []
    for (index, settlement) in group.enumerated() where settlement.recording == .wanted {
      guard let key = settlement.request.key else { continue }
      positions.append(index)
      decisions.append(NewDecision(key: key, reply: settlement.decision, watch: watch(settlement)))
    }
    guard !decisions.isEmpty, mutation != .recordAfterPublish else { return publish(group) }
    guard let results = world.callLedger({ $0.record(decisions) }) else {
      retryLater(group)
      return endGroup()
    }
    guard let results else { return world.violate("a decision about a generation that was never claimed") }
    world.note("\(name) records \(decisions.map { "\($0.key.row).\($0.key.generation) \($0.reply.outcome)" })")
    steps.add(.recorded(group, positions, results), at: world.now)
  }

  private func watch(_ settlement: Creation.Settlement) -> SessionWatch? {
    guard let session = settlement.decision.session, let mode = settlement.request.incoming.mode else { return nil }
    return SessionWatch(
      recordKey: settlement.request.incoming.key.map(Array.init),
      firstPollAt: session.createdAt + (Self.configuration.firstPollAfter[mode] ?? .zero))
  }

  func take(_ group: [Creation.Settlement], _ positions: [Int], _ results: [RecordedDecision]) {
    var group = group
    for (position, result) in zip(positions, results) {
      group[position].recording = .done
      guard case .superseded(let decision) = result else { continue }
      world.tally.superseded += 1
      group[position].decision = decision
      group[position].mayBePublished = true
    }
    publish(group)
  }

  /// Decides about lifetimes and hands records to the producer in one breath, as the stage does.
  private func publish(_ group: [Creation.Settlement]) {
    var outcome = SettlementOutcome()
    var publishable: [Creation.Settlement] = []
    for settlement in group {
      let isForced = mutation == .noMinimumLifetime && settlement.decision.session != nil
      switch isForced ? .publish : lifetime.decide(settlement, now: world.wall, isTimeKnown: true) {
      case .publish: publishable.append(settlement)
      case .renew: outcome.toRenew.append(settlement)
      case .putOff where mutation == .renewWhileAlive: outcome.toRenew.append(settlement)
      case .putOff(let until): outcome.toPutOff.append((settlement, until))
      case .awaitTime: outcome.toAwaitTime.append(settlement)
      }
    }
    guard !publishable.isEmpty else { return end(outcome) }
    var outgoing = OutgoingRecords()
    var firstRecord: [Int] = []
    for settlement in publishable {
      firstRecord.append(outgoing.count)
      composer.append(settlement, to: &outgoing)
    }
    firstRecord.append(outgoing.count)
    var records: [OutRecord] = []
    for (index, settlement) in publishable.enumerated() {
      records += outRecords(settlement, outgoing, firstRecord[index]..<firstRecord[index + 1])
    }
    lastPublication += 1
    publications[lastPublication] = Publication(settlements: publishable, firstRecord: firstRecord, outcome: outcome)
    world.note("\(name) publishes \(publishable.map { "\($0.request.identity.requestID) \($0.decision.outcome)" })")
    if mutation == .commitBeforePublish { for finished in FinishedRecords.grouping(publishable) { finish(finished) } }
    world.launch(.publication(number: lastPublication, records: records, next: 0, failures: [:]), by: self)
  }

  private func outRecords(_ settlement: Creation.Settlement, _ outgoing: OutgoingRecords, _ range: Range<Int>) -> [OutRecord] {
    let record = settlement.request.incoming.record
    let request = world.log.partitions[Int(record.partition)].requests[Int(record.offset)]
    return range.map { index in
      guard index == range.lowerBound, !settlement.replyIsPublished else {
        return .deadLetter(partition: request.partition, offset: request.offset)
      }
      let kind = ModelReply.Kind(
        requestID: request.id, generation: settlement.generation, outcome: settlement.decision.outcome,
        rejectedVariant: settlement.recording == .none ? request.variant : nil, isCompleted: settlement.decision.completed != nil)
      return .reply(
        ModelReply(
          kind: kind, partition: request.partition, offset: request.offset, session: settlement.decision.session, sentAt: world.wall,
          value: Array(outgoing.slab[outgoing.entries[index].value.range])))
    }
  }

  func acknowledge(_ number: Int, failures: [Int: Flight.PublishFailure]) {
    guard var publication = publications.removeValue(forKey: number) else { return }
    guard !failures.isEmpty, mutation != .publishWithoutAcknowledgement else {
      publication.outcome.published = publication.settlements
      return end(publication.outcome)
    }
    var failed: [Creation.Settlement] = []
    for (index, settlement) in publication.settlements.enumerated() {
      let range = publication.firstRecord[index]..<publication.firstRecord[index + 1]
      guard range.contains(where: { failures[$0] != nil }) else {
        publication.outcome.published.append(settlement)
        continue
      }
      var settlement = settlement
      if !settlement.replyIsPublished {
        let reply = failures[range.lowerBound]
        if reply == .inDoubt { settlement.mayBePublished = true }
        if reply == nil { settlement.replyIsPublished = true }
      }
      failed.append(settlement)
    }
    retryLater(failed)
    end(publication.outcome)
  }

  private func end(_ outcome: SettlementOutcome) { steps.add(.mark(outcome), at: world.now) }

  /// A lost mark only means that a reply may be published again.
  func mark(_ outcome: SettlementOutcome) {
    let keys = outcome.published.compactMap { $0.recording == .done ? $0.request.key : nil }
    if mutation == .recordAfterPublish {
      let late = outcome.published.filter { $0.recording == .wanted }
      let decisions = late.compactMap { settlement in
        settlement.request.key.map { NewDecision(key: $0, reply: settlement.decision, watch: watch(settlement)) }
      }
      _ = world.callLedger { $0.record(decisions) }
    }
    if !keys.isEmpty { _ = world.callLedger { $0.markPublished(keys) } }
    steps.add(.marked(outcome), at: world.now)
    endGroup()
  }

  private func retryLater(_ settlements: [Creation.Settlement]) {
    guard !settlements.isEmpty else { return }
    var again = settlements
    for index in again.indices { again[index].failures += 1 }
    let wait = backoff.ceiling(attempt: again.map(\.failures).max() ?? 1)
    steps.add(.again(again), at: world.now + wait.wholeMilliseconds)
  }
}
