import CheckoutSession
import Pacing
import Stage

// Nobody gets through: everybody stands in line, and one at a time asks whether the gateway is back.
extension DispatchState {
  /// Notes what a call says about the gateway.
  mutating func note(
    _ word: GatewayWord, slot: UInt64, sentAt: Duration, failure: GatewayFailure? = nil, now: Duration, wallNow: Timestamp,
    into actions: inout DispatchActions
  ) {
    let isProbe = probe == slot
    if isProbe { probe = nil }
    switch breaker.note(word, of: slot, sentAt: sentAt, isProbe: isProbe, now: now, using: &generator) {
    case .nothing: break
    case .opened:
      guard let opening = breaker.opening else { break }
      outagesCount += 1
      line.add(takeBackAll())
      let holding = Holding(part: .gateway, reason: opening.reason, since: wallNow)
      outageBegan = holding
      if let failure { actions.outageChanges.append(.began(holding, scrubbed(failure, slot: slot))) }
    case .closed(let opening):
      // Everybody goes again as if for the first time, at the pace of the quota: what waited is no flood of retries.
      let (tried, untried) = line.removeAll()
      for slot in tried + untried {
        guard let incoming = slots[slot]?.incoming else { continue }
        pacer.submit(slot, merchant: incoming.merchantIndex, lane: incoming.lane)
      }
      if let outageBegan { actions.outageChanges.append(.ended(outageBegan, lasted: now - opening.since)) }
      outageBegan = nil
      probe = nil
    }
  }

  /// Lets the next in line ask, if it is time.
  mutating func beginProbe(now: Duration, wallNow: Timestamp, into actions: inout DispatchActions) {
    guard let probeAt = nextProbeAt, now >= probeAt else { return }
    // Once for each wait, and before it: nobody's reply is later than that, however long the outage.
    for slot in line.removeAll(where: { slots[$0]?.isExpired(at: wallNow) ?? true }) { expire(slot, wallNow: wallNow, into: &actions) }
    guard let slot = line.next(), let merchant = slots[slot]?.incoming.merchantIndex else { return }
    probe = slot
    pacer.submit(slot, merchant: merchant)
  }

  /// When the next in line may ask; nil if nobody is to.
  var nextProbeAt: Duration? {
    guard let opening = breaker.opening, probe == nil, !line.isEmpty, !isPaused else { return nil }
    return opening.probeAt
  }

  /// Whether the stage is to take no records now: nothing could be done about them.
  ///
  /// But what waits may be at fault itself: three requests that the gateway always answers with 500 look like an outage when nobody else asks. So once each of them
  /// has been the probe in vain, one record is taken (``isTakingOne``), and is the next probe. Nobody but the network is at fault for a connection that fails.
  /// What is taken for a held merchant is parked behind its probe, so while all are held the same goes for the probes of the holds.
  var takesNoRecords: Bool {
    guard !isDraining else { return false }
    if holds.allSatisfy({ $0.map { $0.probe != nil && !$0.wantsAnother } ?? false }) { return true }
    guard let opening = breaker.opening else { return false }
    if probe != nil || line.hasUntried || pacer.inFlight > 0 { return true }
    return opening.reason == .gatewayUnreachable && !line.isEmpty
  }

  /// Whether a record that is taken now is taken only to find out whether the gateway works.
  var isTakingOne: Bool { breaker.isOpen || holds.allSatisfy { $0 != nil } }

  /// What is held for: the gateway itself, or the credentials of all merchants.
  var holdings: [Holding] {
    var holdings: [Holding] = []
    if let opening = breaker.opening, var holding = outageBegan {
      holding.reason = opening.reason
      holdings.append(holding)
    }
    let holds = holds.compactMap(\.self)
    if holds.count == self.holds.count, let last = holds.map(\.since).max() {
      holdings.append(Holding(part: .credentials, reason: .credentialsRefused, since: last))
    }
    return holdings
  }
}

extension PendingRequest {
  /// Whether nobody wants its session any more.
  func isExpired(at moment: Timestamp) -> Bool { incoming.headers.expiresAt.map { $0 <= moment } ?? false }
}
