import Pacing
import Testing

@Suite("Rate adaptation")
struct RateAdaptationTests {
  @Test("the first throttle halves the rate, further ones within the interval change nothing")
  func oncePerInterval() {
    var adaptation = RateAdaptation(configured: 400)
    #expect(adaptation.throttled(now: .milliseconds(100)) == true)
    #expect(adaptation.requestsPerSecond == 200)
    #expect(adaptation.throttled(now: .milliseconds(1099)) == false)
    #expect(adaptation.requestsPerSecond == 200)
    #expect(adaptation.decreases == 1)
  }

  @Test("with a measured acceptance the rate goes just below it, but to no less than half")
  func toWhatWasAccepted() {
    var above = RateAdaptation(configured: 400)
    for index in 0..<300 { above.accepted(now: .milliseconds(Int64(index))) }
    _ = above.throttled(now: .milliseconds(1000))
    #expect(abs(above.requestsPerSecond - 285) < 1e-6)

    var below = RateAdaptation(configured: 400)
    for index in 0..<10 { below.accepted(now: .milliseconds(Int64(index))) }
    _ = below.throttled(now: .milliseconds(1000))
    #expect(below.requestsPerSecond == 200)
  }

  @Test("recovers additively to the configured rate and never beyond")
  func recovers() {
    var adaptation = RateAdaptation(configured: 400)
    _ = adaptation.throttled(now: .zero)
    #expect(adaptation.recover(now: .milliseconds(50)) == false)
    var now = Duration.zero
    for _ in 0..<10 {
      now += .milliseconds(100)
      #expect(adaptation.recover(now: now) == true)
    }
    #expect(abs(adaptation.requestsPerSecond - 208) < 1e-6)
    for _ in 0..<10_000 {
      now += .milliseconds(100)
      _ = adaptation.recover(now: now)
      #expect(adaptation.requestsPerSecond <= 400)
    }
    #expect(adaptation.requestsPerSecond == 400)
    #expect(adaptation.recover(now: now + .seconds(1)) == false)
  }

  @Test("is slow near the rate at which the gateway complained")
  func probes() {
    var adaptation = RateAdaptation(configured: 400)
    for index in 0..<1000 { adaptation.accepted(now: .milliseconds(Int64(index))) }
    _ = adaptation.throttled(now: .seconds(1))
    #expect(adaptation.requestsPerSecond == 380)
    _ = adaptation.recover(now: .seconds(2))
    #expect(abs(adaptation.requestsPerSecond - 380.8) < 1e-6)
  }

  @Test("does not recover while the gateway's pause lasts")
  func pause() {
    var adaptation = RateAdaptation(configured: 400)
    _ = adaptation.throttled(now: .zero, pausedUntil: .seconds(30))
    #expect(adaptation.recover(now: .seconds(30)) == false)
    #expect(adaptation.throttled(now: .seconds(30), pausedUntil: .seconds(30)) == false)
    #expect(adaptation.requestsPerSecond == 200)
  }

  @Test("has a floor: two hundredths of the configured rate")
  func floor() {
    var adaptation = RateAdaptation(configured: 400)
    for second in 0..<100 { _ = adaptation.throttled(now: .seconds(second)) }
    #expect(adaptation.requestsPerSecond == 8)
  }

  @Test("an unlimited rate comes down to what was accepted, and comes back after a minute of quiet")
  func unlimited() {
    var adaptation = RateAdaptation(configured: .infinity)
    for index in 0..<200 { adaptation.accepted(now: .milliseconds(Int64(index * 5))) }
    #expect(adaptation.throttled(now: .seconds(1)) == true)
    #expect(abs(adaptation.requestsPerSecond - 190) < 1e-6)
    #expect(adaptation.recover(now: .seconds(30)) == true)
    #expect(adaptation.requestsPerSecond.isFinite)
    #expect(adaptation.recover(now: .seconds(70)) == true)
    #expect(adaptation.requestsPerSecond == .infinity)
  }

  @Test("an unlimited rate that never had an answer still gets a rate to recover from")
  func unlimitedWithoutAnswer() {
    var adaptation = RateAdaptation(configured: .infinity)
    #expect(adaptation.throttled(now: .milliseconds(1)) == true)
    let lowered = adaptation.requestsPerSecond
    #expect(lowered > 0 && lowered <= 1)
    #expect(adaptation.recover(now: .seconds(10)) == true)
    #expect(adaptation.requestsPerSecond > lowered)
  }

  @Test("a fixed rate stays")
  func fixed() {
    var adaptation = RateAdaptation(configured: 400, policy: .fixed)
    #expect(adaptation.throttled(now: .zero) == false)
    #expect(adaptation.requestsPerSecond == 400)
  }
}
