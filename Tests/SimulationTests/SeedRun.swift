import Synchronization

/// Runs many worlds on all cores and keeps what went wrong.
struct SeedRun: Sendable {
  /// A world in which something was not true.
  struct Failure: Sendable {
    let seed: UInt64
    let violations: [String]
  }

  /// What the tasks share.
  private final class Progress: Sendable {
    let next: Atomic<UInt64>
    let isOver = Atomic(false)

    init(next: UInt64) { self.next = Atomic(next) }
  }

  private(set) var seedsCount = 0
  private(set) var tally = WorldTally()
  private(set) var failures: [Failure] = []

  private static let chunk: UInt64 = 250
  private static let failuresMax = 3

  /// Runs the worlds of `seeds`, and no further once something is wrong.
  static func run(_ seeds: Range<UInt64>, mutation: Mutation? = nil, workers: Int) async -> SeedRun {
    let progress = Progress(next: seeds.lowerBound)
    return await withTaskGroup(of: SeedRun.self) { group in
      for _ in 0..<max(workers, 1) {
        group.addTask {
          var part = SeedRun()
          while !progress.isOver.load(ordering: .relaxed) {
            let (begin, _) = progress.next.add(chunk, ordering: .relaxed)
            guard begin < seeds.upperBound else { break }
            for seed in begin..<min(begin + chunk, seeds.upperBound) {
              part.run(seed, mutation)
              guard part.failures.isEmpty else {
                progress.isOver.store(true, ordering: .relaxed)
                break
              }
            }
            await Task.yield()
          }
          return part
        }
      }
      return await group.reduce(into: SeedRun()) { $0.add($1) }
    }
  }

  private mutating func run(_ seed: UInt64, _ mutation: Mutation?) {
    let world = World(seed: seed, mutation: mutation)
    world.run()
    seedsCount += 1
    tally += world.finalTally
    if !world.violations.isEmpty { failures.append(Failure(seed: seed, violations: world.violations)) }
  }

  private mutating func add(_ other: SeedRun) {
    seedsCount += other.seedsCount
    tally += other.tally
    failures = Array((failures + other.failures).sorted { $0.seed < $1.seed }.prefix(Self.failuresMax))
  }

  /// What happened in a world, to its last steps.
  static func story(of seed: UInt64, mutation: Mutation? = nil) -> String {
    let world = World(seed: seed, mutation: mutation, isTraced: true)
    world.run()
    let end = world.violations.isEmpty ? "nothing is wrong" : world.violations.joined(separator: "\n")
    return (["seed \(seed):"] + world.trace + [end, "repeat it alone with SIMULATION_SEED=\(seed)"]).joined(separator: "\n")
  }
}
