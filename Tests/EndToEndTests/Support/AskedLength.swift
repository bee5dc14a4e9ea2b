import FoundationEssentials

/// How long the tests are that can be made longer: short ones for every change, long ones for the figures of the issues.
enum AskedLength {
  /// `E2E_OUTAGE_SECONDS`: how long the gateway is away.
  static let outageSeconds = number("E2E_OUTAGE_SECONDS") ?? 18
  /// `CHAOS_SECONDS`: how long the adversary works.
  static let chaosSeconds = number("CHAOS_SECONDS") ?? 30
  /// `E2E_SCALE_SECONDS`: how long a fleet shares its quota.
  static let scaleOutSeconds = number("E2E_SCALE_SECONDS") ?? 45

  /// `E2E_REPLAY_KILLS`: how often `replay apply` is killed.
  static let replayKills = number("E2E_REPLAY_KILLS") ?? 5
  /// `E2E_REPLAY_RECORDS`: how many dead letters are listed, planned and applied.
  static let replayRecords = number("E2E_REPLAY_RECORDS") ?? 2000

  /// How many minutes one test may take.
  static let minutesMax = 5 + (outageSeconds + chaosSeconds + scaleOutSeconds) / 60 + replayKills / 10 + replayRecords / 4000

  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}
