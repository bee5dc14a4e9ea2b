import FoundationEssentials

/// How long the tests are that can be made longer: short ones for every change, long ones for the figures of the issues.
enum AskedLength {
  /// `E2E_OUTAGE_SECONDS`: how long the gateway is away.
  static let outageSeconds = seconds("E2E_OUTAGE_SECONDS") ?? 18
  /// `CHAOS_SECONDS`: how long the adversary works.
  static let chaosSeconds = seconds("CHAOS_SECONDS") ?? 30
  /// `E2E_SCALE_SECONDS`: how long a fleet shares its quota.
  static let scaleOutSeconds = seconds("E2E_SCALE_SECONDS") ?? 45

  /// How many minutes one test may take.
  static let minutesMax = 5 + (outageSeconds + chaosSeconds + scaleOutSeconds) / 60

  private static func seconds(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}
