import CheckoutSession
import Stage

@testable import Creation

// Claiming and sending: `CreationService+Claim` and `Dispatcher` without tasks.
extension CreateProcess {
  func claim(_ requests: [PendingRequest]) {
    guard !requests.isEmpty else { return }
    let mine = identities.acquire(requests)
    if !mine.isEmpty { steps.add(.claim(mine), at: world.now) }
  }

  func claimNow(_ requests: [PendingRequest]) {
    let claims = requests.compactMap(\.claim)
    guard let outcomes = world.callLedger({ $0.claim(claims) }) else { return steps.add(.claim(requests), at: world.soon) }
    world.note("\(name) claims \(zip(requests, outcomes).map { "\($0.identity.requestID): \($1)" })")
    for (claim, outcome) in zip(claims, outcomes) {
      guard case .new(let key) = outcome, key.generation > 1 else { continue }
      world.tally.reopened += 1
      if claim.replaces != nil { world.tally.edited += 1 }
    }
    steps.add(.claimed(requests, outcomes), at: world.now)
  }

  func take(_ requests: [PendingRequest], _ outcomes: [ClaimOutcome]) {
    let claimed = ClaimedRequests(requests, outcomes, at: world.wall)
    settle(claimed.settled)
    submit(claimed.toSend)
  }

  func submit(_ requests: [PendingRequest]) {
    guard !requests.isEmpty else { return }
    change { state, _, _, actions in state.submit(requests, into: &actions) }
  }

  func change(_ body: (inout DispatchState, Duration, Timestamp, inout DispatchActions) -> Void) {
    var actions = DispatchActions()
    body(&dispatch, world.time, world.wall, &actions)
    dispatch.release(now: world.time, wallNow: world.wall, into: &actions)
    for call in actions.calls {
      let isRefused = call.body.last == LoggedRequest.refusedMark
      world.note("\(name) POSTs call \(call.id)")
      world.launch(.post(id: call.id, isRefused: isRefused), by: self)
    }
    if let wakeAt = actions.wakeAt { steps.add(.wake, at: World.milliseconds(wakeAt)) }
    for source in actions.placesGivenUp { source.letGo(1) }
    if let closes = actions.closesIntake { intakeStops += closes ? 1 : -1 }
    settle(actions.decided)
    abandon(actions.abandoned)
  }

  func abandon(_ requests: [PendingRequest]) {
    guard !requests.isEmpty else { return }
    var all = requests
    for waited in identities.release(requests.lazy.map(\.identity)).values { all += waited }
    for request in all where !request.isPutOff { request.incoming.source.letGo(1) }
    places.giveBack(all.count(where: \.isPutOff))
    inHand -= all.count
  }
}
