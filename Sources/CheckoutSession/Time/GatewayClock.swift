/// The gateway's clock as its latest answers show it, carried on by a clock that is never set. Pure.
///
/// Times of day are given as their *offset*: the time of day less the time of the monotonic clock that was read with it. The gateway's offset stays what it is
/// while ours jumps when somebody sets the host's clock; so a step is seen at once, without an answer.
///
/// The middle of three answers of different seconds counts, so that one node of the gateway with a wrong clock, or one answer out of a cache, decides nothing.
/// Until there are three, what all of them allow. A machine that stood still as a whole (a paused virtual one) has a monotonic clock that is late, which looks like a step of
/// the time of day: an answer that agrees with the time of day then outweighs all that came before it.
public struct GatewayClock: Hashable, Sendable {
  /// What one answer allows.
  private struct Sample: Hashable, Sendable {
    var date: Timestamp
    /// The least that the gateway's offset can be, and the most.
    var earliest: Duration
    var latest: Duration
  }

  private static let samplesMax = 3

  private var samples: [Sample] = []
  private var earliest: Duration = .zero
  private var latest: Duration = .zero

  /// Knows nothing.
  public init() {}

  /// Whether more than one answer speaks for what it says.
  public var isConfirmed: Bool { samples.count > 1 }

  /// The offset of a time of day.
  /// - Parameter now: the monotonic time that was read with it.
  public static func offset(of timeOfDay: Timestamp, at now: Duration) -> Duration {
    .milliseconds(timeOfDay.millisecondsSinceEpoch) - now
  }

  /// Takes an answer that has just come; of those of one second only the first.
  /// - Parameters:
  ///   - now: the monotonic time.
  ///   - offset: our own clock's.
  public mutating func note(_ time: GatewayTime, at now: Duration, offset: Duration) {
    guard samples.last?.date != time.date else { return }
    let sample = Sample(
      date: time.date, earliest: Self.offset(of: time.date, at: now),
      latest: Self.offset(of: time.date + GatewayTime.resolution, at: now - time.callDuration))
    let agreesWithUs = Self.ahead(offset, earliest: sample.earliest, latest: sample.latest) == .zero
    if agreesWithUs, let ahead = ahead(offset: offset), ahead != .zero { samples = [] }
    if samples.count == Self.samplesMax { samples.removeFirst() }
    samples.append(sample)
    earliest = samples.map(\.earliest).sorted()[(samples.count - 1) / 2]
    latest = samples.map(\.latest).sorted()[samples.count / 2]
  }

  /// How far a clock with that offset is ahead of the gateway's, negative if it is behind; zero if the difference is not surely more than
  /// ``GatewayTime/tolerance``; nil if the gateway has not told its time yet.
  public func ahead(offset: Duration) -> Duration? {
    samples.isEmpty ? nil : Self.ahead(offset, earliest: earliest, latest: latest)
  }

  /// The difference as well as it is known, however small: the gateway's clock less one with that offset. For people.
  public func skew(offset: Duration) -> Duration? {
    samples.isEmpty ? nil : (earliest + latest) / 2 - offset
  }

  /// As ``GatewayTime/ahead(receivedAt:)``.
  private static func ahead(_ offset: Duration, earliest: Duration, latest: Duration) -> Duration {
    offset > latest + GatewayTime.tolerance || offset < earliest - GatewayTime.tolerance ? offset - earliest : .zero
  }
}
