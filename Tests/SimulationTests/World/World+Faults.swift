import CheckoutSession

// What goes wrong.
extension World {
  /// Between two steps: somebody dies, stands still or loses a partition, or time jumps.
  func disturb() {
    if chance.happens(rates.crash, of: 1000) { kill(chance.below(processes.count)) }
    if workersCount > 1, chance.happens(rates.move, of: 1000) {
      let partition = chance.below(log.partitions.count)
      allowOrphans(of: log.partitions[partition].owner)
      let owner = chance.below(workersCount)
      note("partition \(partition) moves to place \(owner)")
      log.assign(partition, to: owner)
      tellWorkers(delayed: true)
    }
    // Who loses its process loses its partitions sooner or later.
    if workersCount > 1, chance.happens(1, of: 10) {
      for partition in log.partitions.indices where processes[log.partitions[partition].owner] == nil {
        log.assign(partition, to: chance.below(workersCount))
      }
      tellWorkers(delayed: true)
    }
    // Who was told too late hears of it now.
    if chance.happens(1, of: 20) { tellWorkers(delayed: false) }
    if chance.happens(rates.freeze, of: 1000) { freeze() }
    if chance.happens(1, of: 50) {
      ledger.eraseHostedURLs(expiredBefore: wall)
      // Whose clock is an hour ahead erases what is alive: that is never published if it is not yet, and all who are asked again make another one at once.
      if chance.happens(1, of: 3) { orphansAllowed += ledger.eraseHostedURLs(expiredBefore: wall + .seconds(3600)) * workersCount }
    }
  }

  private func freeze() {
    let pauses: [Int64] = [5000, 40_000, 120_000, 650_000, 950_000]
    let pause = pauses[chance.below(pauses.count)]
    if chance.happens(1, of: 3) {
      note("everything stands still for \(pause) ms")
      for place in processes.indices { allowOrphans(of: place) }
      now += pause
    } else {
      let place = chance.below(processes.count)
      note("place \(place) stands still for \(pause) ms")
      allowOrphans(of: place)
      processes[place]?.frozenUntil = now + pause
      if pause > 30_000 { evict(place) }
    }
  }

  /// The group gives the partitions of a process that stands still to others; it hears of that when it goes on, or later.
  private func evict(_ place: Int) {
    for partition in log.partitions.indices where log.partitions[partition].owner == place {
      log.assign(partition, to: chance.below(workersCount))
    }
    for other in 0..<workersCount where other != place { (processes[other] as? CreateProcess)?.learn(of: log) }
  }

  /// Calls the ledger: nil if it fails, before it has done anything or after it has done it all.
  func callLedger<Value>(_ body: (inout ModelLedger) -> Value) -> Value? {
    guard chance.happens(rates.ledger, of: 1000) else { return body(&ledger) }
    if chance.happens(1, of: 2) {
      note("the ledger does what it is asked and its answer is lost")
      _ = body(&ledger)
    } else {
      note("the ledger fails")
    }
    return nil
  }
}
