import CheckoutSession

@testable import Creation

// What became of requests: `CreationService+Outcome` without tasks.
extension CreateProcess {
  func take(_ outcome: SettlementOutcome) {
    let (settled, again) = finish(outcome.published)
    settle(settled)
    claim(again)
    if !outcome.toPutOff.isEmpty { putOff(outcome.toPutOff) }
    if !outcome.toRenew.isEmpty { renew(outcome.toRenew) }
  }

  private func finish(_ published: [Creation.Settlement]) -> (settled: [Creation.Settlement], again: [PendingRequest]) {
    var waited = identities.release(published.lazy.filter(\.holdsIdentity).map(\.request.identity))
    var settled: [Creation.Settlement] = []
    var again: [PendingRequest] = []
    for leader in published where leader.holdsIdentity {
      for follower in waited.removeValue(forKey: leader.request.identity) ?? [] {
        if let next = Creation.Settlement.following(leader, follower, at: world.wall) {
          settled.append(next)
        } else {
          again.append(follower)
        }
      }
    }
    for finished in FinishedRecords.grouping(published) {
      finish(finished)
      finished.source.letGo(finished.heldCount)
      places.giveBack(finished.indices.count - finished.heldCount)
    }
    inHand -= published.count
    return (settled, again)
  }

  private func putOff(_ settlements: [(Creation.Settlement, Timestamp)]) {
    var waited = identities.release(settlements.lazy.filter(\.0.holdsIdentity).map(\.0.request.identity))
    world.tally.putOffs += settlements.count
    for (settlement, until) in settlements {
      world.note("\(name) puts \(settlement.request.identity.requestID) off")
      var requests = [settlement.request]
      requests[0].attempts = AttemptHistory()
      guard let places = putOffRequests.add(&requests) else { continue }
      steps.add(.putOffEnds(places), at: world.milliseconds(until))
    }
    for (settlement, _) in settlements { claim(waited.removeValue(forKey: settlement.request.identity) ?? []) }
  }

  private func renew(_ settlements: [Creation.Settlement]) {
    let others = settlements.filter { !$0.holdsIdentity }.map(\.request)
    let holders = settlements.filter(\.holdsIdentity)
    if !holders.isEmpty { steps.add(.renew(holders), at: world.now) }
    claim(others)
  }

  func renewNow(_ holders: [Creation.Settlement]) {
    let renewals = holders.compactMap { settlement in
      settlement.request.key.map { GenerationRenewal(key: $0, mayBePublished: settlement.mayBePublished) }
    }
    let wall = world.wall
    guard let keys = world.callLedger({ $0.renew(renewals, at: wall) }) else { return steps.add(.renew(holders), at: world.soon) }
    world.note("\(name) renews \(zip(holders, keys).map { "\($0.request.identity.requestID): \($1.map { "\($0.generation)" } ?? "no")" })")
    steps.add(.renewed(holders, keys), at: world.now)
  }

  func take(_ holders: [Creation.Settlement], _ keys: [ClaimKey?]) {
    var renewed: [PendingRequest] = []
    var overtaken: [PendingRequest] = []
    for (holder, key) in zip(holders, keys) {
      var request = holder.request
      request.attempts = AttemptHistory()
      request.key = key
      if key == nil { overtaken.append(request) } else { renewed.append(request) }
    }
    var waited = identities.release(overtaken.lazy.map(\.identity))
    world.tally.renewals += renewed.count
    submit(renewed)
    claim(overtaken + overtaken.flatMap { waited.removeValue(forKey: $0.identity) ?? [] })
  }
}
