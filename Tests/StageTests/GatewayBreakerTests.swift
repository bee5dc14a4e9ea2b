import CheckoutSession
import Pacing
import Stage
import Testing

@Suite("The circuit breaker")
struct GatewayBreakerTests {
  private static let patience = BackoffPolicy(base: .seconds(1), cap: .seconds(15))

  /// A breaker with its dice and its clock.
  private struct Bench {
    var breaker: GatewayBreaker
    var generator = SplitMix64(seed: 1)
    var now = Duration.zero

    init(_ thresholds: GatewayBreaker.Thresholds = .standard) {
      breaker = GatewayBreaker(thresholds, patience: GatewayBreakerTests.patience)
    }

    /// So many of the same, of as many requests, this far apart.
    @discardableResult
    mutating func note(
      _ word: GatewayWord, times: Int = 1, requests: Int = .max, every step: Duration = .milliseconds(10), isProbe: Bool = false
    ) -> [GatewayBreaker.Change] {
      (0..<times).map { number in
        now += step
        return breaker.note(
          word, of: UInt64(number % requests), sentAt: now - .milliseconds(5), isProbe: isProbe, now: now, using: &generator)
      }
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var words: [(GatewayWord, Int)]
    var requests = Int.max
    var every = Duration.milliseconds(200)
    var thresholds = GatewayBreaker.Thresholds.standard
    var opens: HoldingReason?
  }

  @Test(arguments: [
    Row(testDescription: "two connections by chance", words: [(.unconnected, 2)]),
    Row(testDescription: "three connections", words: [(.unconnected, 3)], opens: .gatewayUnreachable),
    Row(testDescription: "connections between answers", words: [(.unconnected, 2), (.unusable, 1), (.unconnected, 2)]),
    Row(testDescription: "nine failures", words: [(.usable, 1), (.unusable, 9)]),
    Row(testDescription: "ten failures", words: [(.usable, 1), (.unusable, 10)], opens: .gatewayFailing),
    Row(testDescription: "ten failures of two requests", words: [(.usable, 1), (.unusable, 10)], requests: 2),
    Row(testDescription: "ten within half a second", words: [(.usable, 1), (.unusable, 10)], every: .milliseconds(50)),
    Row(testDescription: "ten from the start", words: [(.unusable, 10)], every: .milliseconds(1), opens: .gatewayFailing),
    Row(testDescription: "a good one in between", words: [(.unusable, 9), (.usable, 1), (.unusable, 9)]),
    Row(testDescription: "a refused one in between", words: [(.unusable, 5), (.refused, 1), (.unusable, 5)], opens: .gatewayFailing),
    Row(testDescription: "ten throttles in two seconds", words: [(.throttled, 10)]),
    Row(testDescription: "throttles for six seconds", words: [(.throttled, 30)], opens: .gatewayThrottling),
    Row(testDescription: "tokens that are missing", words: [(.none, 50)]),
    Row(testDescription: "refused credentials", words: [(.refused, 50)]),
    Row(testDescription: "for connections only", words: [(.unusable, 50), (.throttled, 50)], thresholds: .connectionsOnly),
    Row(testDescription: "three connections only", words: [(.unconnected, 3)], thresholds: .connectionsOnly, opens: .gatewayUnreachable),
  ])
  func whatOpensIt(_ row: Row) {
    var bench = Bench(row.thresholds)
    for (word, times) in row.words { bench.note(word, times: times, requests: row.requests, every: row.every) }
    #expect(bench.breaker.opening?.reason == row.opens)
  }

  @Test func onlyAProbeClosesIt() {
    var bench = Bench()
    bench.note(.unusable, times: 10)
    let seen = bench.breaker.usableCount
    // A late answer to a call from before.
    #expect(bench.note(.usable) == [.nothing])
    #expect(bench.breaker.isOpen && bench.breaker.usableCount == seen + 1 && !bench.breaker.hasWorked(since: .zero))
    #expect(bench.note(.refused, isProbe: true) == [.nothing])
    guard case .closed(let opening) = bench.note(.usable, isProbe: true)[0] else {
      Issue.record("a probe's usable answer must close it")
      return
    }
    #expect(opening.reason == .gatewayFailing && opening.probes == 1)
    #expect(bench.breaker.hasWorked(since: bench.now - .milliseconds(5)) && !bench.breaker.hasWorked(since: bench.now))
    // It begins anew.
    bench.note(.unusable, times: 9, every: .seconds(1))
    #expect(!bench.breaker.isOpen)
  }

  @Test func anAnswerOfAnyKindEndsAnOutageOfConnections() {
    for word in [GatewayWord.usable, .refused] {
      var bench = Bench()
      bench.note(.unconnected, times: 3)
      bench.note(word)
      #expect(!bench.breaker.isOpen)
    }
    for word in [GatewayWord.usable, .refused, .unusable, .throttled] {
      var bench = Bench(.connectionsOnly)
      bench.note(.unconnected, times: 3)
      bench.note(word)
      #expect(!bench.breaker.isOpen)
    }
  }

  @Test func aGatewayThatComesBackWithFailuresIsNotBack() {
    var bench = Bench()
    bench.note(.unconnected, times: 3)
    bench.note(.unusable, isProbe: true)
    #expect(bench.breaker.opening?.reason == .gatewayFailing)
    bench.note(.throttled, isProbe: true)
    #expect(bench.breaker.opening?.reason == .gatewayThrottling)
  }

  @Test func theWaitsGrowToTheirCap() {
    var bench = Bench()
    bench.note(.unusable, times: 10)
    for probe in 1...40 {
      let waited = (bench.breaker.opening?.probeAt ?? .zero) - bench.now
      #expect(waited >= .zero && waited <= Self.patience.ceiling(attempt: probe))
      bench.note(.unusable, every: waited + .milliseconds(1), isProbe: true)
    }
    // What comes in from others does not put the next probe off.
    let probeAt = bench.breaker.opening?.probeAt
    bench.note(.unusable, times: 20)
    #expect(bench.breaker.opening?.probeAt == probeAt && bench.breaker.opening?.probes == 40)
  }

  @Test func whatFailuresSay() {
    func word(_ failureClass: GatewayFailure.Class, _ code: GatewayFailure.Code) -> GatewayWord {
      GatewayWord(GatewayFailure(failureClass, code, title: "", detail: ""))
    }
    #expect(word(.permanent, .invalidRequest) == .usable && word(.permanent, .notFound) == .usable)
    #expect(word(.configuration, .forbidden) == .refused && word(.transient, .tokenExpired) == .refused)
    #expect(word(.transient, .rateLimited) == .throttled)
    for code in [GatewayFailure.Code.serverError, .requestTimeout, .connectionLost, .badAnswer, .untrustedAnswer] {
      #expect(word(.transient, code) == .unusable)
    }
    #expect(word(.transient, .connectFailed) == .unconnected)
    for code in [GatewayFailure.Code.tokenUnavailable, .tokenLate, .overloaded, .canceled] { #expect(word(.transient, code) == .none) }
  }
}
