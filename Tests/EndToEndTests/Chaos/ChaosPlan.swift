import CheckoutSession
import Pacing

/// What the adversary does and when: made from the settings alone, so that the same seed gives the same attack.
struct ChaosPlan: Sendable {
  /// An action and when it begins, from the start of the run.
  struct Step: Sendable {
    var at: Duration
    var action: ChaosAction
  }

  /// In the order of their times.
  private(set) var steps: [Step] = []
  private let settings: ChaosSettings

  init(_ settings: ChaosSettings) {
    self.settings = settings
    let places = Self.places(settings)
    // A generator of its own for each kind: that one kind is changed leaves the times of the others alone.
    repeating(1, every: 1.4...2.9) { random, _ in
      .kill(places.randomElement(using: &random) ?? places[0], restartAfter: .random(in: 0.1...0.6, using: &random))
    }
    repeating(2, every: 5...11) { random, index in
      // Every fourth for longer than a lease: its sessions are another's when it goes on.
      let time = Duration.random(in: index % 4 == 3 ? 14...16 : 0.3...5, using: &random)
      return .freeze(places.randomElement(using: &random) ?? places[0], for: time)
    }
    repeating(3, every: 12...22) { random, _ in
      .leave(places.randomElement(using: &random) ?? places[0], for: .random(in: 0.5...4, using: &random))
    }
    repeating(4, every: 16...30) { random, index in
      .gatewayOutage(ChaosAction.GatewayOutage.allCases[index % 3], for: .random(in: 2...7, using: &random))
    }
    repeating(5, every: 19...55) { _, _ in .brokerRestart }
    if settings.ledger == .postgres { repeating(6, every: 11...40) { _, index in .databaseRestart(isFast: index % 2 == 1) } }
    if settings.ledger == .sqlite { repeating(7, every: 11...40) { random, _ in .diskFull(for: .random(in: 1...5, using: &random)) } }
    if settings.hasClockSteps {
      repeating(8, every: 9...25) { random, _ in
        let step = Double.random(in: 6...120, using: &random) * (Bool.random(using: &random) ? 1 : -1)
        let place = places.randomElement(using: &random) ?? places[0]
        return .clockStep(place, by: .seconds(step), for: .random(in: 3...9, using: &random))
      }
    }
    steps.sort { $0.at < $1.at }
  }

  /// All places of the fleet.
  static func places(_ settings: ChaosSettings) -> [FleetPlace] {
    (1...settings.workersCount).map { FleetPlace(stage: .worker, number: $0) }
      + (1...settings.reconcilersCount).map { FleetPlace(stage: .reconciler, number: $0) }
  }

  /// What the simulator is told at the start: the faults of every moment, and the outages of the plan in its own time.
  var scenario: String {
    var outages: [String] = []
    var bursts: [String] = []
    for step in steps {
      guard case .gatewayOutage(let kind, let time) = step.action else { continue }
      let window = "from: \(scenarioTime(step.at)), to: \(scenarioTime(step.at + time))"
      switch kind {
      case .refused: outages.append("{\(window), kind: refuse}")
      case .unavailable: outages.append("{\(window), kind: 503}")
      case .throttled: bursts.append("{\(window), share: 1}")
      }
    }
    return """
      \(Scenarios.faultyLife(ChaosSettings.quotaPerSecond, burst: ChaosSettings.quotaBurst + ChaosSettings.quotaPerSecond / 5))
      outages: [\(outages.joined(separator: ", "))]
      rateLimitBursts: [\(bursts.joined(separator: ", "))]
      """
  }

  private func scenarioTime(_ time: Duration) -> String { "\((time * ChaosSettings.timeScale).wholeMilliseconds)ms" }

  /// Adds actions of one kind until shortly before the end.
  private mutating func repeating(
    _ stream: UInt64, every interval: ClosedRange<Double>, _ make: (inout SplitMix64, Int) -> ChaosAction
  ) {
    var random = SplitMix64(seed: settings.seed &* 0x9E37_79B9 &+ stream)
    var at = 3 + Double.random(in: 0...interval.lowerBound, using: &random)
    var index = 0
    while at < Double(settings.seconds - 2) {
      steps.append(Step(at: .seconds(at), action: make(&random, index)))
      at += Double.random(in: interval, using: &random)
      index += 1
    }
  }
}

extension Duration {
  /// So many seconds, between these.
  fileprivate static func random(in range: ClosedRange<Double>, using random: inout SplitMix64) -> Duration {
    .seconds(Double.random(in: range, using: &random))
  }
}
