import CheckoutSession

/// Reads the `sessions` section of a scenario file.
struct SessionRulesReader {
  let section: ScenarioSection

  func read(into rules: inout SessionRules) {
    defer { section.finish() }
    rules.lifetime = section.duration("lifetime") ?? rules.lifetime
    if rules.lifetime <= .zero { section.report("lifetime", "must be more than 0") }
    rules.acceptedFor = section.distribution("acceptedFor") ?? rules.acceptedFor
    rules.visibilityDelay = section.distribution("visibilityDelay") ?? rules.visibilityDelay
    rules.flatCompletedShare = section.share("flatCompletedShare") ?? rules.flatCompletedShare
    guard let fates = section.section("fates") else { return }
    defer { fates.finish() }
    if let ending = ending(fates.section("default"), displayOnly: false, base: rules.ending) { rules.ending = ending }
    for mode in SessionMode.allCases {
      let base = mode == .paymentMethodDisplay ? rules.ending(of: mode) : rules.ending
      if let own = ending(fates.section(mode.rawValue), displayOnly: mode == .paymentMethodDisplay, base: base) {
        rules.endings[mode] = own
      }
    }
  }

  private func ending(_ section: ScenarioSection?, displayOnly: Bool, base: SessionRules.Ending) -> SessionRules.Ending? {
    guard let section else { return nil }
    defer { section.finish() }
    let timeToEnd = section.distribution("timeToEnd") ?? base.timeToEnd
    let weights = SessionFate.allCases.map { section.number($0.rawValue, in: 0...1_000_000) }
    guard weights.contains(where: { $0 != nil }) else { return SessionRules.Ending(weights: base.weights, timeToEnd: timeToEnd) }
    let read = FateWeights(completed: weights[0] ?? 0, failed: weights[1] ?? 0, canceled: weights[2] ?? 0, abandoned: weights[3] ?? 0)
    if weights.allSatisfy({ ($0 ?? 0) == 0 }) {
      section.problems.add(at: section.mark, path: section.path, "at least one weight must be more than 0")
    }
    if displayOnly, read.completed > 0 || read.failed > 0 {
      section.problems.add(
        at: section.mark, path: section.path, "nothing completes or fails in this mode: only canceled and abandoned are possible")
    }
    return SessionRules.Ending(weights: read, timeToEnd: timeToEnd)
  }
}
