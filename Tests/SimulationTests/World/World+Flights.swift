import CheckoutSession

// What is under way between processes, gateway and broker.
extension World {
  /// Something leaves a process.
  func launch(_ cargo: Flight.Cargo, by process: any SimulatedProcess) {
    flights.add(Flight(sender: process.place, life: process.life, leftAt: now, cargo: cargo), at: now + Int64(chance.below(100)))
  }

  private func sender(of flight: Flight) -> (any SimulatedProcess)? {
    processes[flight.sender].flatMap { $0.life == flight.life ? $0 : nil }
  }

  /// One flight goes one step on.
  func fly(_ flight: Flight) {
    let sender = sender(of: flight)
    // What a dead process has sent may arrive nevertheless, or be lost with it.
    if sender == nil, chance.happens(1, of: 2) { return }
    switch flight.cargo {
    case .post(let id, let isRefused):
      arrive(flight, post: id, isRefused, sender as? CreateProcess)
    case .get(let id, let session):
      guard let sender = sender as? ReconcileProcess else { return }
      var outcome: Result<SessionSnapshot, GatewayFailure> =
        isLost(flight) ? .failure(.timeOut) : gateway.get(session, now: now, faults: rates.gateway, using: &chance)
      if mutation == .silenceEnds, case .failure(let failure) = outcome, failure.inDoubt { outcome = .failure(.sessionTimedOut) }
      // The clock of a gateway that is right says the same as ours.
      let date = chance.happens(1, of: 2) ? wall : nil
      sender.steps.add(.results([ReadSessionResult(id: id, outcome: outcome, gatewayDate: date)]), at: now + Int64(chance.below(1000)))
    case .publication(let number, let records, let next, let failures):
      var failures = failures
      var next = next
      repeat {
        if let failure = arrive(records[next], isLost: isLost(flight)) { failures[next] = failure }
        next += 1
      } while next < records.count && chance.happens(1, of: 2)
      guard next == records.count else {
        var rest = flight
        rest.cargo = .publication(number: number, records: records, next: next, failures: failures)
        return flights.add(rest, at: now)
      }
      sender?.acknowledge(number, failures: failures)
    }
  }

  private func isLost(_ flight: Flight) -> Bool {
    if case .publication = flight.cargo { return now > flight.leftAt + Flight.deliveryTimeout }
    return now > flight.leftAt + Flight.callTimeout
  }

  private func arrive(_ flight: Flight, post id: UInt64, _ isRefused: Bool, _ sender: CreateProcess?) {
    var outcome: Result<CreatedSession, GatewayFailure> = .failure(.timeOut)
    if !isLost(flight) {
      let before = gateway.faultySessions
      outcome = gateway.post(
        isRefused: isRefused, askedAt: flight.leftAt, now: now, wall: { wall(at: $0) }, faults: rates.gateway, using: &chance)
      orphansAllowed += gateway.faultySessions - before
    }
    note("the gateway says to call \(id) of place \(flight.sender): \(outcome)")
    sender?.steps.add(.answer(CreateSessionResult(id: id, outcome: outcome)), at: now + Int64(chance.below(1000)))
  }

  /// A record arrives at the broker, or does not.
  private func arrive(_ record: OutRecord, isLost: Bool) -> Flight.PublishFailure? {
    if isLost { return .inDoubt }
    var failure: Flight.PublishFailure?
    if chance.happens(rates.broker, of: 1000) {
      failure = chance.happens(1, of: 2) ? .refused : .inDoubt
      note("the broker \(failure == .refused ? "refuses a record" : "does not acknowledge a record")")
      if failure == .refused || chance.happens(1, of: 2) { return failure }
    }
    land(record)
    return failure
  }
}
