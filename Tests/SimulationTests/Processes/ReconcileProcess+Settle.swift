import CheckoutSession
import Pacing
import Stage

@testable import Reconciliation

// Recording, publishing, marking and giving back: `EventSettler` and `ReconciliationService+Outcome` without tasks.
extension ReconcileProcess {
  func settle(_ settlements: [Reconciliation.Settlement]) {
    let toRecord = settlements.filter { $0.step == .record }
    // A group is recorded lease by lease.
    var tokens: [SessionLease.Token] = []
    for settlement in toRecord where !tokens.contains(settlement.lease.token) { tokens.append(settlement.lease.token) }
    for token in tokens { steps.add(.record(toRecord.filter { $0.lease.token == token }), at: world.now) }
    let toPublish = settlements.filter { $0.step == .publish }
    if !toPublish.isEmpty { steps.add(.publish(toPublish), at: world.now) }
  }

  func record(_ group: [Reconciliation.Settlement]) {
    guard let token = group.first?.lease.token else { return }
    let polls = group.map(\.record)
    guard let results = world.callLedger({ $0.recordPolls(polls, under: token) }) else {
      return steps.add(.record(group), at: retryAt(group))
    }
    world.note("\(name) records \(zip(group, results).map { "\($0.session.sessionID.rawValue.suffix(2)) \($0.session.status) \($1)" })")
    steps.add(.recorded(group, results), at: world.now)
  }

  func take(_ group: [Reconciliation.Settlement], _ results: [Bool]) {
    var events: [Reconciliation.Settlement] = []
    for (var settlement, isRecorded) in zip(group, results) {
      settlement.step = .publish
      if !isRecorded { world.tally.leasesLost += 1 }
      if isRecorded, settlement.event != nil {
        events.append(settlement)
      } else {
        letGo(settlement.session.key, dueAt: isRecorded ? settlement.nextPollAt : nil)
      }
    }
    if mutation == .markEventBeforePublish { markInLedger(events) }
    if !events.isEmpty { steps.add(.publish(events), at: world.now) }
  }

  func publish(_ group: [Reconciliation.Settlement]) {
    let wall = world.wall
    for settlement in group where settlement.isLapsed(at: wall) { letGo(settlement.session.key, dueAt: nil) }
    let settlements = group.filter { !$0.isLapsed(at: wall) }
    let records = settlements.compactMap { settlement -> OutRecord? in
      guard let event = settlement.event else { return nil }
      return .event(
        ModelEvent(sessionID: settlement.session.sessionID, status: event.status, observedAt: event.observedAt, polls: event.polls))
    }
    guard !records.isEmpty else { return }
    lastPublication += 1
    publications[lastPublication] = settlements
    world.note("\(name) publishes \(settlements.map { "\($0.session.sessionID.rawValue.suffix(2)) \($0.session.status)" })")
    world.launch(.publication(number: lastPublication, records: records, next: 0, failures: [:]), by: self)
  }

  func acknowledge(_ number: Int, failures: [Int: Flight.PublishFailure]) {
    guard let group = publications.removeValue(forKey: number) else { return }
    var acknowledged: [Reconciliation.Settlement] = []
    var refused: [Reconciliation.Settlement] = []
    for (index, var settlement) in group.enumerated() {
      if failures[index] == nil || mutation == .publishWithoutAcknowledgement {
        settlement.step = .mark
        acknowledged.append(settlement)
      } else {
        settlement.failures += 1
        refused.append(settlement)
      }
    }
    if !acknowledged.isEmpty { steps.add(.mark(acknowledged), at: world.now) }
    if !refused.isEmpty { steps.add(.publish(refused), at: retryAt(refused)) }
  }

  func mark(_ group: [Reconciliation.Settlement]) {
    guard markInLedger(group) else { return steps.add(.mark(group), at: retryAt(group)) }
    for settlement in group { letGo(settlement.session.key, dueAt: settlement.nextPollAt) }
  }

  @discardableResult
  private func markInLedger(_ group: [Reconciliation.Settlement]) -> Bool {
    world.callLedger { (ledger: inout ModelLedger) -> Void in
      for settlement in group { ledger.markPublished([settlement.mark].compactMap { $0 }, under: settlement.lease.token) }
    } != nil
  }

  // MARK: - Letting go

  func release(_ handedBack: [HandBack]) {
    _ = world.callLedger { (ledger: inout ModelLedger) -> Void in
      for back in handedBack { ledger.release([back.key], under: back.token, dueAt: back.dueAt) }
    }
    for back in handedBack { forget(back.key) }
  }

  /// A session leaves this process's hands; a lease that it got meanwhile ends before that.
  private func letGo(_ key: ClaimKey, dueAt: Timestamp?) {
    let again = again([(key, dueAt ?? world.wall)])
    if again.isEmpty { forget(key) } else { steps.add(.release(again), at: world.now) }
  }

  func again(_ sessions: [(key: ClaimKey, dueAt: Timestamp)]) -> [HandBack] {
    sessions.compactMap { session in leasedAgain[session.key].map { HandBack(key: session.key, token: $0, dueAt: session.dueAt) } }
  }

  private func forget(_ key: ClaimKey) {
    inHandKeys.removeAll { $0 == key }
    leasedAgain[key] = nil
  }

  private func retryAt(_ group: [Reconciliation.Settlement]) -> Int64 {
    world.now + backoff.ceiling(attempt: (group.map(\.failures).max() ?? 0) + 1).wholeMilliseconds
  }
}
