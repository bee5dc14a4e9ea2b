import Pacing

/// Tells an outage, in which nobody gets through, from connections that fail by chance. Pure.
///
/// By chance: each request tries again after a wait of its own. In an outage that would be a storm of attempts, and afterwards a long wait for requests
/// that happen to have backed off far; so everybody is held together, and every request of a round goes again when the hold ends.
public struct GatewayReach: Sendable {
  /// Attempts in a row without an answer, from all requests together, that make an outage.
  public static let outageStreak = 3

  /// Attempts in a row that could not connect; 0 while the gateway can be reached.
  public private(set) var streak = 0
  /// How often everybody has been held since the gateway was last reached.
  public private(set) var rounds = 0
  private var heldUntil = Duration.zero

  /// Nothing is known to be wrong.
  public init() {}

  /// Whether nobody gets through.
  public var isOutage: Bool { rounds > 0 }

  /// Notes a connection that could not be made.
  /// - Returns: until when nothing must be sent; nil if there is no outage, or its present round has been announced before.
  public mutating func lost(now: Duration, patience: BackoffPolicy, using generator: inout some RandomNumberGenerator) -> Duration? {
    streak += 1
    guard streak >= Self.outageStreak, now >= heldUntil else { return nil }
    rounds += 1
    heldUntil = now + patience.delay(attempt: rounds, using: &generator)
    return heldUntil
  }

  /// Notes an answer of whatever kind.
  /// - Returns: whether an outage ends with it.
  public mutating func reached() -> Bool {
    defer {
      streak = 0
      rounds = 0
      heldUntil = .zero
    }
    return isOutage
  }
}
