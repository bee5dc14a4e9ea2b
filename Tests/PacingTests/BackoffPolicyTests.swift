import Pacing
import Testing

@Suite("Backoff")
struct BackoffPolicyTests {
  @Test(
    "the ceiling doubles up to the cap",
    arguments: [(-1, 200), (0, 200), (1, 200), (2, 400), (3, 800), (5, 3200), (6, 5000), (7, 5000), (Int.max, 5000)])
  func ceiling(attempt: Int, milliseconds: Int) {
    #expect(BackoffPolicy.standard.ceiling(attempt: attempt) == .milliseconds(milliseconds))
  }

  @Test("full jitter: anywhere between nothing and the ceiling, evenly")
  func jitter() {
    var random = SplitMix64(seed: 1)
    let delays = (0..<10_000).map { _ in BackoffPolicy.standard.delay(attempt: 3, using: &random) }
    #expect(delays.allSatisfy { $0 >= .zero && $0 <= .milliseconds(800) })
    for tenth in 0..<10 {
      let range = Duration.milliseconds(80 * tenth)..<Duration.milliseconds(80 * (tenth + 1))
      let share = delays.count { range.contains($0) }
      #expect((850...1150).contains(share), "tenth \(tenth)")
    }
  }

  @Test("never shorter than Retry-After, and at most base longer", arguments: [0, 1, 30, 900])
  func retryAfter(seconds: Int) {
    var random = SplitMix64(seed: 2)
    for attempt in 1...20 {
      let delay = BackoffPolicy.standard.delay(attempt: attempt, retryAfter: .seconds(seconds), using: &random)
      #expect(delay >= .seconds(seconds))
      #expect(delay <= .seconds(seconds) + .milliseconds(200))
    }
    #expect(BackoffPolicy.standard.delay(attempt: 1, retryAfter: .seconds(-5), using: &random) >= .zero)
  }

  @Test("the same seed gives the same delays")
  func repeats() {
    var one = SplitMix64(seed: 3)
    var other = SplitMix64(seed: 3)
    for attempt in 1...10 {
      #expect(BackoffPolicy.patient.delay(attempt: attempt, using: &one) == BackoffPolicy.patient.delay(attempt: attempt, using: &other))
    }
  }

  @Test("the generator is SplitMix64")
  func generator() {
    // The first values of the published C program for seed 1234567.
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
  }

  @Test("nonsense is moved into range")
  func ranges() {
    let policy = BackoffPolicy(base: .seconds(-1), cap: .seconds(-2))
    #expect(policy.base == .nanoseconds(1))
    #expect(policy.cap == policy.base)
    #expect(BackoffPolicy(base: .seconds(1), cap: .seconds(1_000_000)).cap == .seconds(86_400))
  }
}
