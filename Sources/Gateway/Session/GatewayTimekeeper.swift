import CheckoutSession
import Logging
import Synchronization

/// Keeps the gateway's clock from its answers, and says so once when this host's differs from it.
///
/// Answers come on the event loop; the time is read by whoever works with sessions, on any thread.
final class GatewayTimekeeper: Sendable {
  private struct State {
    var gateway = GatewayClock()
    var isReportedOff = false
    /// Whether an answer came that did not tell the time.
    var isSilent = false
  }

  /// This host's time of day.
  let hostClock: WallClock
  private let monotonic: @Sendable () -> Duration
  private let logger: Logger
  private let state = Mutex(State())

  /// - Parameter monotonic: time since any origin by a clock that is never set.
  init(hostClock: WallClock, logger: Logger, monotonic: @escaping @Sendable () -> Duration = GatewayTimekeeper.continuous()) {
    self.hostClock = hostClock
    self.monotonic = monotonic
    self.logger = logger
  }

  /// The time since now.
  static func continuous() -> @Sendable () -> Duration {
    let origin = ContinuousClock.now
    return { ContinuousClock.now - origin }
  }

  /// Takes the time of an answer that has just come.
  func note(_ time: GatewayTime) {
    let (hostNow, now) = (hostClock.now(), monotonic())
    let offset = GatewayClock.offset(of: hostNow, at: now)
    let (ahead, skew) = state.withLock { state -> (Duration?, Duration?) in
      state.gateway.note(time, at: now, offset: offset)
      let ahead = state.gateway.ahead(offset: offset) ?? .zero
      guard (ahead != .zero) != state.isReportedOff else { return (nil, nil) }
      state.isReportedOff = ahead != .zero
      return (ahead, state.gateway.skew(offset: offset))
    }
    guard let ahead else { return }
    if ahead == .zero {
      logger.notice("the clock of this host agrees with the gateway's again")
    } else {
      logger.warning(
        "the clock of this host differs from the gateway's; sessions are made and judged by the gateway's, but look after NTP",
        metadata: ["gateway_ahead_seconds": "\((skew ?? .zero) / .seconds(1))"])
    }
  }

  /// Takes an answer that does not tell its time.
  func noteSilence() { state.withLock { $0.isSilent = true } }

  /// Whether ``now()`` is as right as it gets: the gateway has told its time, or answers without telling it.
  var isTimeKnown: Bool { skew != nil || state.withLock(\.isSilent) }

  /// The time of day, as long as it is the gateway's; else the gateway's.
  func now() -> Timestamp {
    let (hostNow, now) = (hostClock.now(), monotonic())
    let ahead = state.withLock { $0.gateway.ahead(offset: GatewayClock.offset(of: hostNow, at: now)) }
    return hostNow - (ahead ?? .zero)
  }

  /// When a call left whose answer has just come, by ``now()``.
  ///
  /// Not by the `Date` of that answer alone, which may come from the one node whose clock is wrong: a session that is dated by it would outlive itself, or run out
  /// while it is open.
  /// - Parameters:
  ///   - sentAt: this host's time of day when it left. It is the most exact, and counts unless a clock was or is wrong.
  ///   - callDuration: from then on, by a clock that is never set. It is read last, so that it is rather too long, and the session rather too old.
  func departure(sentAt: Timestamp, callDuration: () -> Duration) -> Timestamp {
    let now = now()
    // Both lose parts of a millisecond.
    let left = now - (callDuration() + .milliseconds(2))
    let difference = sentAt - left
    return difference > GatewayTime.tolerance || difference < .zero - GatewayTime.tolerance ? left : sentAt
  }

  /// How far the gateway's clock is ahead of this host's; nil as long as it has not told its time.
  var skew: Duration? {
    let (hostNow, now) = (hostClock.now(), monotonic())
    return state.withLock { $0.gateway.skew(offset: GatewayClock.offset(of: hostNow, at: now)) }
  }
}
