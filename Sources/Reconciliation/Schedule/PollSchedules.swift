import CheckoutSession

/// A ``PollSchedule`` for each mode: the stage's default ``PollPolicy`` (`reconciliation.schedule`).
public struct PollSchedules: PollPolicy, Hashable {
  /// What applies to modes that ``modes`` does not name.
  public var standard: PollSchedule
  /// What applies to single modes.
  public var modes: [SessionMode: PollSchedule]

  /// PAYMENT_METHOD_DISPLAY completes nothing: once it is usable, nothing is worth asking until it has run out.
  public static let display = PollSchedule(interval: .seconds(900), growth: 1, intervalMax: .seconds(900))

  /// The measured defaults (`checkout-worker documentation schedule`) where nothing else is given.
  public init(standard: PollSchedule = PollSchedule(), modes: [SessionMode: PollSchedule] = [.paymentMethodDisplay: display]) {
    self.standard = standard
    self.modes = modes
  }

  /// The schedule of one mode.
  public subscript(mode: SessionMode) -> PollSchedule { modes[mode] ?? standard }

  /// See ``PollPolicy/firstPoll(of:)``.
  public func firstPoll(of mode: SessionMode) -> Duration { self[mode].firstPoll }

  /// See ``PollPolicy/wait(_:using:)``.
  public func wait(_ situation: PollSituation, using generator: inout some RandomNumberGenerator) -> Duration {
    self[situation.mode].wait(situation, using: &generator)
  }
}
