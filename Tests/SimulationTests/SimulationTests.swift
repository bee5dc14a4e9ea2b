import Foundation
import Testing

/// Deterministic simulation of both stages (see ``World``): I1 to I5, I7 and I8 of the invariants in every world.
///
/// `SIMULATION_SEEDS` changes how many worlds there are, `SIMULATION_SEED` repeats a single one and prints what happens in it.
@Suite("Simulated worlds") struct SimulationTests {
  private static func setting(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

  @Test func everyInvariantHoldsInEveryWorld() async {
    if let seed = Self.setting("SIMULATION_SEED") {
      let world = World(seed: seed)
      world.run()
      print(SeedRun.story(of: seed))
      #expect(world.violations.isEmpty)
      return
    }
    let count = Self.setting("SIMULATION_SEEDS") ?? 100_000
    let clock = ContinuousClock()
    let begin = clock.now
    let run = await SeedRun.run(0..<count, workers: ProcessInfo.processInfo.activeProcessorCount)
    let seconds = (clock.now - begin) / .seconds(1)
    print("simulation: \(run.seedsCount) seeds in \(Int(seconds)) s, \(Int(Double(run.seedsCount) / seconds)) a second; \(run.tally.text)")
    for failure in run.failures { Issue.record("\(SeedRun.story(of: failure.seed))") }
    if run.failures.isEmpty {
      #expect(run.seedsCount == Int(count))
      // In a few thousand worlds everything that can happen has happened.
      if count >= 5000 { #expect(run.tally.missing == [], "the simulation does not meet what it is there for") }
    }
  }

  @Test func aSeedRepeats() {
    for seed: UInt64 in 0..<20 { #expect(SeedRun.story(of: seed) == SeedRun.story(of: seed)) }
  }

  /// The one that is left out takes a freeze, a move and a lost mark in the right order: ``FrozenWorkerTests`` shows it.
  @Test(arguments: Mutation.allCases.filter { $0 != .forgetsWhomItTold }) func mistakeIsFound(_ mutation: Mutation) async {
    let run = await SeedRun.run(0..<5000, mutation: mutation, workers: 1)
    let found = run.failures.first
    print("simulation: \(mutation.rawValue) is found by seed \(found.map { "\($0.seed): \($0.violations[0])" } ?? "none")")
    #expect(found != nil, "no world shows this mistake")
  }
}
