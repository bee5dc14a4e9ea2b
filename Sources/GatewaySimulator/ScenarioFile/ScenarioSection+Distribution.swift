import Yams

extension ScenarioSection {
  /// A distribution: a plain duration, or a mapping with one of `fixed`, `uniform`, `lognormal`, `percentiles`.
  func distribution(_ key: String) -> DurationDistribution? {
    guard let node = take(key) else { return nil }
    if let text = node.scalar?.string {
      if let duration = DurationText.parse(text) { return .fixed(duration) }
      report(key, Self.durationMessage(text) + ", or one of fixed, uniform, lognormal, percentiles")
      return nil
    }
    let section = ScenarioSection(node, path: path(of: key), problems: problems)
    defer { section.finish() }
    let fixed = section.duration("fixed").map(DurationDistribution.fixed)
    let uniform = section.section("uniform").flatMap { $0.uniform() }
    let lognormal = section.section("lognormal").flatMap { $0.lognormal() }
    let percentiles = section.section("percentiles").flatMap { $0.percentiles() }
    let kinds = section.keys.filter { ["fixed", "uniform", "lognormal", "percentiles"].contains($0) }
    if kinds.count != 1 { report(key, "must hold exactly one of fixed, uniform, lognormal, percentiles, got \(kinds.count)") }
    return fixed ?? uniform ?? lognormal ?? percentiles
  }

  private func uniform() -> DurationDistribution? {
    defer { finish() }
    let (from, to) = (needed("from"), needed("to"))
    guard let from, let to else { return nil }
    if from > to { report("to", "must not be less than from") }
    return .uniform(from: from, to: max(from, to))
  }

  private func lognormal() -> DurationDistribution? {
    defer { finish() }
    let max = duration("max") ?? .seconds(24 * 3600)
    let (median, p99) = (needed("median"), needed("p99"))
    guard let median, let p99 else { return nil }
    if median <= .zero { report("median", "must be more than 0") }
    if p99 < median { report("p99", "must not be less than median") }
    return .lognormal(median: Swift.max(median, .nanoseconds(1)), p99: Swift.max(median, p99), max: max)
  }

  private func percentiles() -> DurationDistribution? {
    defer { finish() }
    var points: [DurationDistribution.Percentile] = []
    for key in keys {
      guard key.hasPrefix("p"), let percent = Double(key.dropFirst()), (0...100).contains(percent) else { continue }
      guard let duration = duration(key) else { continue }
      points.append(.init(share: percent / 100, duration: duration))
    }
    points.sort { $0.share < $1.share }
    if points.isEmpty { problems.add(at: mark, path: path, "must name at least one percentile, like p50: 20ms") }
    for (low, high) in zip(points, points.dropFirst()) where high.duration < low.duration || high.share == low.share {
      problems.add(at: mark, path: path, "durations must grow with the percentiles, and no percentile may stand twice")
      return nil
    }
    return points.isEmpty ? nil : .percentiles(points)
  }

  /// A duration that must be there.
  func needed(_ key: String) -> Duration? {
    let value = duration(key)
    if value == nil, !keys.contains(key) { report(key, "is required") }
    return value
  }
}
