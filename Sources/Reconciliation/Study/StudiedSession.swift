import CheckoutSession
import Pacing

/// A session of the ``ScheduleStudy`` as the gateway knows it: when it becomes usable, and when and how it ends.
struct StudiedSession: Sendable {
  /// What it is for.
  let mode: SessionMode
  /// How long after our request left the gateway makes it: that much later than we reckon it is usable, and runs out. All ages are since the request left.
  let madeAt: Duration
  /// The age at which it is usable.
  let usableAt: Duration
  /// How it ends.
  let end: SessionStatus
  /// The age at which it ends.
  let endsAt: Duration

  /// The realistic mix. Of all sessions 60 % complete within three minutes, most of them in the second; 7 % complete later, 6 % fail or are canceled, and 27 % run out,
  /// among them the tenth that only displays a payment method.
  static let mixInWords = """
    60 % of all sessions complete within 3 minutes (most of them in the second minute), 7 % later, 4 % fail, 2 % are canceled, and 27 % run out, among them all \
    of PAYMENT_METHOD_DISPLAY; the gateway makes a session 0.1 to 1.5 s after the request for it left, and it is usable 1 to \
    4 s later
    """

  private static let modes: [(mode: SessionMode, share: Double)] = [
    (.paymentWithWallet, 0.35), (.payment, 0.30), (.paymentMethodEntry, 0.15), (.paymentMethodSelect, 0.10), (.paymentMethodDisplay, 0.10),
  ]

  /// Draws a session from the mix.
  init(using generator: inout SplitMix64) {
    mode = Self.mode(Double.random(in: 0..<1, using: &generator))
    let made = Duration.seconds(Double.random(in: 0.1...1.5, using: &generator))
    madeAt = made
    usableAt = made + .seconds(Double.random(in: 1...4, using: &generator))
    // The shares are of all sessions, and a tenth of them only displays.
    let fate = Double.random(in: 0..<0.9, using: &generator)
    let isDisplay = mode == .paymentMethodDisplay
    let life: Duration
    switch fate {
    case _ where isDisplay: (end, life) = (.timedOut, CreatedSession.lifetime)
    case ..<0.60: (end, life) = (.completed, .seconds(Self.hump(20, 180, using: &generator)))
    case ..<0.67: (end, life) = (.completed, .seconds(Double.random(in: 180...870, using: &generator)))
    case ..<0.71: (end, life) = (.failed, .seconds(Self.hump(20, 300, using: &generator)))
    case ..<0.73: (end, life) = (.canceled, .seconds(Double.random(in: 10...600, using: &generator)))
    default: (end, life) = (.timedOut, CreatedSession.lifetime)
    }
    endsAt = made + life
  }

  /// What the gateway answers when it is asked at an age.
  func answer(at age: Duration) -> PollAnswer {
    if age < madeAt { return .notFound }
    if age >= endsAt {
      switch end {
      case .completed: return .status(.completed, expiresAt: nil)
      case .failed: return .status(.failed, expiresAt: nil)
      case .canceled: return .canceled
      default: return .timedOut
      }
    }
    return .status(age < usableAt ? .accepted : .created, expiresAt: nil)
  }

  private static func mode(_ number: Double) -> SessionMode {
    var rest = number
    for (mode, share) in modes {
      rest -= share
      if rest < 0 { return mode }
    }
    return .paymentMethodDisplay
  }

  /// Seconds between two ends, most often in the middle.
  private static func hump(_ least: Double, _ most: Double, using generator: inout SplitMix64) -> Double {
    let halves = Double.random(in: 0...0.5, using: &generator) + Double.random(in: 0...0.5, using: &generator)
    return least + (most - least) * halves
  }
}
