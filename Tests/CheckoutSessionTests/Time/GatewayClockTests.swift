import CheckoutSession
import Testing

@Suite("The gateway's clock")
struct GatewayClockTests {
  /// The true time when everything begins; the monotonic clock shows 100 s then.
  private static let start = Timestamp(millisecondsSinceEpoch: 1_893_499_200_400)
  private static let begin: Duration = .seconds(100)

  /// A call that took so long, answered at its end by a gateway whose clock is so far ahead of the true time.
  private static func time(_ gatewayError: Double = 0, after: Double = 0, took: Double = 0.2) -> GatewayTime {
    let shown = start + .seconds(after) + .seconds(gatewayError)
    return GatewayTime(date: Timestamp(millisecondsSinceEpoch: shown.millisecondsSinceEpoch / 1000 * 1000), callDuration: .seconds(took))
  }

  /// How far our clock is ahead of the true one, how long the call took, and what is found; nil: nothing.
  @Test(
    "one answer",
    arguments: [
      (0, 0.2, nil), (5, 0.2, nil), (-5, 0.2, nil), (6.9, 0.2, 6.9), (-7, 0.2, -7), (3600, 0.2, 3600), (-3600, 0.2, -3600),
      // A slow call: the gateway may have answered at any moment of it.
      (15, 15, nil), (22, 15, 22), (-5, 15, nil), (-7, 15, -7),
    ] as [(Double, Double, Double?)])
  func oneAnswer(_ error: Double, _ took: Double, _ ahead: Double?) {
    let time = Self.time(took: took)
    let found = time.ahead(receivedAt: Self.start + .seconds(error))
    guard let ahead else { return #expect(found == .zero) }
    // The header drops parts of a second, so we seem that much more ahead: the session is never made older than it is.
    #expect(found >= .seconds(ahead) && found < .seconds(ahead + 1))
    #expect(time.sentAt <= Self.start - .seconds(took) && time.sentAt > Self.start - .seconds(took + 1))
  }

  /// Seconds after the start at which answers come, what the gateway's clock is off by then, and our own at the end.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var answers: [(after: Double, gatewayError: Double)]
    /// Our clock's error while the answers come, and when it is read.
    var errors: (during: Double, end: Double) = (0, 0)
    var ahead: Double?
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "no answer: nothing is known", answers: [], ahead: nil),
    Case(name: "the same time", answers: [(0, 0), (1, 0), (2, 0)], ahead: 0),
    Case(name: "ours is an hour ahead", answers: [(0, 0), (1, 0)], errors: (3600, 3600), ahead: 3600),
    Case(name: "ours is an hour behind", answers: [(0, 0)], errors: (-3600, -3600), ahead: -3600),
    Case(
      name: "ours is set forward after the last answer: seen without another", answers: [(0, 0), (1, 0), (2, 0)], errors: (0, 3600),
      ahead: 3600),
    Case(name: "and when it is set right again", answers: [(0, 0), (1, 0), (2, 0)], errors: (3600, 0), ahead: 0),
    Case(name: "one node of three is wrong", answers: [(0, 0), (1, 900), (2, 0)], ahead: 0),
    Case(name: "two answers that differ: ours is within what they allow", answers: [(0, 900), (1, 0)], ahead: 0),
    Case(name: "of one second only the first counts", answers: [(0, 0), (0.1, 0), (0.2, 0), (0.3, 900)], ahead: 0),
    Case(name: "the latest three count", answers: [(0, 900), (1, 900), (2, 900), (3, 0), (4, 0)], ahead: 0),
  ]

  @Test("some answers", arguments: cases)
  func answers(_ example: Case) {
    var clock = GatewayClock()
    for answer in example.answers {
      let offset = GatewayClock.offset(of: Self.start + .seconds(example.errors.during), at: Self.begin)
      clock.note(Self.time(answer.gatewayError, after: answer.after), at: Self.begin + .seconds(answer.after), offset: offset)
    }
    let ahead = clock.ahead(offset: GatewayClock.offset(of: Self.start + .seconds(example.errors.end), at: Self.begin))
    guard let expected = example.ahead else { return #expect(ahead == nil) }
    #expect(abs((ahead ?? .seconds(1e9)) / .seconds(1) - expected) < (expected == 0 ? 1e-9 : 1.3), "\(String(describing: ahead))")
  }

  @Test("one answer is not confirmed, nor by another of the same second")
  func confirmed() {
    var clock = GatewayClock()
    let offset = GatewayClock.offset(of: Self.start, at: Self.begin)
    for (after, isConfirmed) in [(0.0, false), (0.3, false), (1, true), (2, true)] {
      clock.note(Self.time(after: after), at: Self.begin + .seconds(after), offset: offset)
      #expect(clock.isConfirmed == isConfirmed)
    }
  }

  @Test("a machine that stood still for an hour: the first answer that agrees with its time of day ends what came before")
  func pausedMachine() {
    var clock = GatewayClock()
    let offset = GatewayClock.offset(of: Self.start, at: Self.begin)
    for second in 0..<3 { clock.note(Self.time(after: Double(second)), at: Self.begin + .seconds(second), offset: offset) }
    // The monotonic clock missed the hour, the time of day did not.
    let paused = offset + .seconds(3600)
    #expect((clock.ahead(offset: paused) ?? .zero) > .seconds(3590))
    clock.note(Self.time(after: 3603), at: Self.begin + .seconds(3), offset: paused)
    #expect(clock.ahead(offset: paused) == .zero)
  }

  @Test("the difference for people")
  func skew() {
    var clock = GatewayClock()
    #expect(clock.skew(offset: .zero) == nil)
    clock.note(Self.time(2), at: Self.begin, offset: GatewayClock.offset(of: Self.start, at: Self.begin))
    let skew = clock.skew(offset: GatewayClock.offset(of: Self.start, at: Self.begin)) ?? .zero
    #expect(skew > .seconds(1.4) && skew < .seconds(2.7), "\(skew)")
  }
}
