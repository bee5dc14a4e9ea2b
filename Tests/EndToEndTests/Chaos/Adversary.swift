import PostgresTestKit

/// Does what the plan says when it says so, whatever the processes do.
struct Adversary: Sendable {
  let world: ChaosWorld
  let members: [FleetPlace: FleetMember]
  let record: ChaosRecord

  /// Works through the plan; returns when the last action is over.
  func run(_ plan: ChaosPlan) async throws {
    let began = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for step in plan.steps {
        try await pass(step.at - (.now - began))
        record.say("\(step.action)")
        group.addTask { try await act(step.action) }
      }
      try await group.waitForAll()
    }
  }

  /// Lets time pass: how long a blow lasts, and when the next one falls, is the plan itself and no wait for anything to have happened.
  private func pass(_ time: Duration) async throws { try await Task.sleep(for: time) }

  private func act(_ action: ChaosAction) async throws {
    switch action {
    case .kill(let place, let pause): await kill(place, restartAfter: pause)
    case .freeze(let place, let time):
      record.count {
        $0.freezes += 1; if place.stage == .worker { $0.workersStruck += 1 }
      }
      await members[place]?.standStill()
      try await pass(time)
      await members[place]?.goOn()
    case .leave(let place, let pause):
      record.count { $0.leaves += 1 }
      await members[place]?.leave()
      try await pass(pause)
      await members[place]?.join()
    case .gatewayOutage(_, let time):
      // The simulator has it from the plan.
      record.count { $0.gatewayOutages += 1 }
      try await pass(time)
    case .brokerRestart:
      record.count { $0.brokerRestarts += 1 }
      try await record.trouble { try await world.turnstile.pass { try await restartBroker() } }
    case .diskFull(let time): try await fillDisk(for: time)
    case .databaseRestart(let isFast):
      record.count { $0.databaseRestarts += 1 }
      try await record.trouble { try await world.postgres?.restart(isFast ? .fast : .immediate) }
    case .clockStep(let place, let step, let time): try await stepClock(place, by: step, for: time)
    }
  }

  private func kill(_ place: FleetPlace, restartAfter pause: Duration) async {
    let hasHit = await members[place]?.kill(restartAfter: pause) ?? false
    record.count {
      if hasHit { $0.kills += 1 } else { $0.missedKills += 1 }
      if hasHit, place.stage == .worker { $0.workersStruck += 1 }
    }
  }

  /// All clients stand still while the broker ends. noida-db loses what it acknowledges between SIGTERM and its end, which no client could know of; a
  /// cluster that replicates does not. What they have sent before, and what it has answered, is in the connections that break.
  private func restartBroker() async throws {
    for member in members.values { await member.standStill() }
    do {
      // Nobody is left who could say that the broker has answered what it had received.
      try await pass(.milliseconds(500))
      let took = try await world.broker.stop()
      try await world.broker.start()
      record.say("the broker is back, its end took \(took.shown)")
    } catch { record.violate("the broker is not back: \(error)") }
    for member in members.values { await member.goOn() }
  }

  private func fillDisk(for time: Duration) async throws {
    guard let disk = world.disk else { return }
    record.count { $0.fullDisks += 1 }
    try await record.trouble {
      try disk.fill()
      try await pass(time)
      disk.empty()
    }
  }

  private func stepClock(_ place: FleetPlace, by step: Duration, for time: Duration) async throws {
    guard let clocks = world.clocks else { return }
    record.count { $0.clockSteps += 1 }
    try clocks.step(place, by: step)
    try await pass(time)
    try clocks.step(place, by: .zero)
  }
}
