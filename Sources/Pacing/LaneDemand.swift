/// How much of the whole quota a process could use, from what its pacer did lately. Pure.
///
/// The quota is the global one, each merchant's and the requests in flight: all of them shrink with a grant, so the one that is used most
/// counts. What was started, what is in flight and what waits to be started says how much is needed; the demand is a bit more, and comes
/// down by half in a second, so that load that comes in bursts does not have to ask again for each, and what is not used is lent within a few seconds.
public struct LaneDemand: Sendable {
  /// What an idle creation process wants, so that its first request need not wait for a round.
  public static let creationFloor = 0.1
  /// What an idle reconciliation process wants: polls that become due can wait for a round, but the probe of a few should not.
  public static let reconciliationFloor = 0.05

  /// Load may grow by this much between two measurements without having to wait.
  private static let headroom = 1.25
  /// What waits should be gone within this time.
  private static let backlogSeconds = 1.0
  /// What is forgotten of the past in a second.
  private static let forgottenPerSecond = 0.5
  /// Two measurements closer together than this are too close to tell a rate.
  private static let shortestSeconds = 0.01

  /// What is wanted at least, 0 to 1.
  public let floor: Double

  private let configuration: PacerConfiguration
  private var needed = 0.0
  private var measuredAt: Duration
  private var startedBefore: [Int]

  /// - Parameters:
  ///   - configuration: what the pacer was made with: the whole quota.
  ///   - floor: what is wanted at least, 0 to 1.
  public init(configuration: PacerConfiguration, floor: Double, now: Duration) {
    self.configuration = configuration
    self.floor = min(max(floor, 0), 1)
    measuredAt = now
    startedBefore = Array(repeating: 0, count: configuration.merchantQuotas.count)
  }

  /// Takes a measurement; once in a while, a second apart.
  /// - Parameter weight: what part of the floor is this process's, 0 to 1: the floor is there for the first request, which may come to any of those that share it.
  /// - Returns: the fraction of the whole quota that could be used, that part of ``floor`` to 1.
  public mutating func measure(_ snapshot: PacerSnapshot, weight: Double = 1, now: Duration) -> Double {
    let seconds = max((now - measuredAt) / .seconds(1), Self.shortestSeconds)
    needed = max(part(needed: snapshot, seconds: seconds), needed * max(0, 1 - Self.forgottenPerSecond * seconds))
    measuredAt = now
    for (index, merchant) in snapshot.merchants.enumerated() where startedBefore.indices.contains(index) {
      startedBefore[index] = merchant.started
    }
    return min(1, max(floor * weight, needed * Self.headroom))
  }

  /// The part of the quota that would have started everything, at most 1.
  private func part(needed snapshot: PacerSnapshot, seconds: Double) -> Double {
    // With all slots taken it is the gateway's slowness that makes work wait: a higher rate would not help, more slots would.
    // Without any nothing was granted, and what waits says nothing of slots.
    let waitsForTokens = snapshot.slots == 0 || snapshot.inFlight < snapshot.slots
    let slotsNeeded = snapshot.inFlight + (waitsForTokens ? 0 : snapshot.waiting)
    var part = Double(slotsNeeded) / Double(configuration.concurrentRequestsMax)
    var isActive = slotsNeeded > 0
    var perSecondOfAll = 0.0
    for (merchant, (quota, startedBefore)) in zip(snapshot.merchants, zip(configuration.merchantQuotas, startedBefore)) {
      let perSecond =
        Double(merchant.started - startedBefore) / seconds + (waitsForTokens ? Double(merchant.waiting) / Self.backlogSeconds : 0)
      perSecondOfAll += perSecond
      isActive = isActive || perSecond > 0
      part = max(part, perSecond / quota.requestsPerSecond)
    }
    part = max(part, perSecondOfAll / configuration.quota.requestsPerSecond)
    // Of an unlimited quota any part is all of it.
    return isActive && !configuration.isLimited ? 1 : min(part, 1)
  }
}
