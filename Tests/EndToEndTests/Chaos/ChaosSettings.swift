import FoundationEssentials

/// What a chaos run is asked to do. The seed decides what the adversary does and when, and what is asked for; nothing else does.
struct ChaosSettings: Sendable {
  /// Where the fleet keeps its ledger.
  enum LedgerKind: String, Sendable, CaseIterable { case sqlite, postgres }

  /// How long requests come and the adversary works; the time until all has come to rest is added to it.
  var seconds: Int
  var seed: UInt64
  var ledger: LedgerKind
  var requestsPerSecond = 100
  /// Every member has a place in the group of its own; those that leave come back.
  var workersCount = 3
  var reconcilersCount = 2

  /// The gateway's fifteen minutes in thirty seconds: long enough that a standing process does not make every URL die.
  static let timeScale = 30
  /// For the whole fleet. Far more than it wants, because the part of a process that was killed is missed for three seconds.
  static let quotaPerSecond = 900
  static let quotaBurst = 30

  /// What `make chaos` asks for; nil where it does not.
  private static let asked: (seed: UInt64?, ledger: LedgerKind?) = {
    let environment = ProcessInfo.processInfo.environment
    return (environment["CHAOS_SEED"].flatMap { UInt64($0) }, environment["CHAOS_LEDGER"].flatMap(LedgerKind.init))
  }()

  /// The ledgers to run over: the one that is asked for, else all.
  static let ledgers: [LedgerKind] = asked.ledger.map { [$0] } ?? LedgerKind.allCases

  /// A short run unless more is asked for. Every change meets the same attack, with clock steps over SQLite; `make chaos` takes another seed every time.
  static func asked(over ledger: LedgerKind) -> ChaosSettings {
    ChaosSettings(seconds: AskedLength.chaosSeconds, seed: asked.seed ?? (ledger == .sqlite ? 2 : 1), ledger: ledger)
  }

  /// Every second seed steps clocks. The others leave them alone, so that the times of records, by which the audit judges URLs, can be believed.
  var hasClockSteps: Bool { seed % 2 == 0 }

  /// What repeats this run.
  var command: String { "make chaos SECONDS=\(seconds) SEED=\(seed) LEDGER=\(ledger.rawValue)" }
}
