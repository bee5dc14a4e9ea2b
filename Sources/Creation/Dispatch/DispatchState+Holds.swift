import CheckoutSession
import Pacing
import Stage

// Merchants whose configuration the gateway refuses.
extension DispatchState {
  mutating func hold(
    _ slot: UInt64, merchant: Int, failure: GatewayFailure, probeAt: Duration, wallNow: Timestamp, into actions: inout DispatchActions
  ) {
    guard var hold = holds[merchant] else {
      let failure = scrubbed(failure, slot: slot)
      let isMeant = { [slots] (other: UInt64) in slots[other]?.incoming.merchantIndex == merchant }
      let parked = pacer.removeAll(where: isMeant) + line.removeAll(where: isMeant)
      if let probe, parked.contains(probe) { self.probe = nil }
      holds[merchant] = MerchantHold(failure: failure, since: wallNow, probe: slot, parked: parked)
      actions.holdChanges.append(DispatchActions.HoldChange(merchantIndex: merchant, failure: failure))
      sendProbe(slot, merchant: merchant, at: probeAt)
      for slot in [slot] + parked { giveUpPlace(of: slot, isOneOfMany: holds.count > 1, into: &actions) }
      return
    }
    guard hold.probe == slot else { return park(slot, merchant: merchant, into: &actions) }
    hold.streak += 1
    if failure.failureClass == .configuration {
      hold.failure = scrubbed(failure, slot: slot)
      hold.vagueProbes = 0
    } else if !failure.neverLeft {
      hold.vagueProbes += 1
    }
    let isExpired = { [slots] (other: UInt64) in slots[other]?.isExpired(at: wallNow) ?? true }
    let expired = hold.parked.filter(isExpired)
    hold.parked.removeAll(where: isExpired)
    holds[merchant] = hold
    for slot in expired { expire(slot, wallNow: wallNow, into: &actions) }
    var next = slot
    if hold.vagueProbes > 0, let other = hold.parked.first {
      // The credentials may be right again and this very request be at fault: the others get their turn.
      holds[merchant]?.parked.removeFirst()
      holds[merchant]?.parked.append(slot)
      holds[merchant]?.probe = other
      next = other
    }
    sendProbe(next, merchant: merchant, at: probeAt)
  }

  /// Sets a request of a held merchant aside; it becomes the probe if there is none.
  mutating func park(_ slot: UInt64, merchant: Int, into actions: inout DispatchActions) {
    giveUpPlace(of: slot, isOneOfMany: holds.count > 1, into: &actions)
    guard holds[merchant]?.probe == nil else {
      // A newcomer may be served: everybody gets another turn before a record is taken for it again.
      holds[merchant]?.parked.append(slot)
      holds[merchant]?.vagueProbes = 0
      return
    }
    holds[merchant]?.probe = slot
    // A probe goes for all of them, so it stands with the ordinary ones, whatever its own lane.
    enqueue(slot, merchant: merchant, lane: .ordinary)
  }

  /// A probe that goes without an answer leaves its office to the next in line.
  mutating func replaceProbe(_ slot: UInt64, merchant: Int, into actions: inout DispatchActions) {
    guard let hold = holds[merchant], hold.probe == slot else { return }
    holds[merchant]?.probe = nil
    guard !hold.parked.isEmpty, let next = holds[merchant]?.parked.removeFirst() else { return }
    park(next, merchant: merchant, into: &actions)
  }

  /// The gateway has taken the probe (or rejected it for itself): the merchant's requests go on.
  mutating func endHold(probe slot: UInt64, merchant: Int, into actions: inout DispatchActions) {
    guard let hold = holds[merchant], hold.probe == slot else { return }
    holds[merchant] = nil
    // What they had been through before was long ago, and the wait was no fault of theirs.
    for slot in hold.parked {
      slots[slot]?.attempts.pardon()
      enqueue(slot, merchant: merchant, lane: slots[slot]?.incoming.lane ?? .ordinary)
    }
    actions.holdChanges.append(DispatchActions.HoldChange(merchantIndex: merchant, failure: nil))
  }

  private mutating func sendProbe(_ slot: UInt64, merchant: Int, at moment: Duration) {
    if breaker.isOpen { line.addTried(slot) } else { pacer.retry(slot, merchant: merchant, notBefore: moment) }
  }

  /// Logs, errors and status lines show what a hold is for.
  func scrubbed(_ failure: GatewayFailure, slot: UInt64) -> GatewayFailure {
    failure.scrubbed(ofCustomerIn: slots[slot]?.incoming.body ?? [])
  }
}
