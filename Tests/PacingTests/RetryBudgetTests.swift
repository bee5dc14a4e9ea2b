import Pacing
import Testing

@Suite("Retry budget")
struct RetryBudgetTests {
  private let configuration = RetryBudgetConfiguration(ratio: 0.2, minimumPerSecond: 1.5, window: .seconds(10))

  @Test("five first attempts pay for one retry, beside the minimum")
  func ratio() {
    var budget = RetryBudget(configuration)
    #expect(withdrawals(&budget, at: .zero) == 2)
    for _ in 0..<4 { budget.deposit(now: .zero) }
    #expect(withdrawals(&budget, at: .zero) == 0)
    budget.deposit(now: .zero)
    #expect(budget.nextDue(now: .zero) == .zero)
    #expect(withdrawals(&budget, at: .zero) == 1)
    for _ in 0..<500 { budget.deposit(now: .zero) }
    #expect(withdrawals(&budget, at: .zero) == 100)
  }

  @Test("an empty budget says when the minimum has the next one")
  func nextDue() {
    var budget = RetryBudget(configuration)
    _ = withdrawals(&budget, at: .zero)
    let due = budget.nextDue(now: .zero)
    #expect(due > .milliseconds(666))
    #expect(due < .milliseconds(667))
    #expect(budget.withdraw(now: due - .nanoseconds(1)) == false)
    #expect(budget.withdraw(now: due) == true)
  }

  @Test("what was earned counts for one window", arguments: [(8999, 20), (10_001, 0), (1_000_000, 0)])
  func expires(milliseconds: Int64, left: Int) {
    var budget = RetryBudget(RetryBudgetConfiguration(ratio: 0.2, minimumPerSecond: 0.1, window: .seconds(10)))
    for _ in 0..<100 { budget.deposit(now: .milliseconds(0)) }
    _ = budget.nextDue(now: .milliseconds(milliseconds / 2))
    // The minimum's own token comes on top; it was never used.
    #expect(withdrawals(&budget, at: .milliseconds(milliseconds)) == left + 1)
  }

  @Test("over any interval: at most ratio * first attempts of it and one window before, plus the minimum", arguments: 0..<20)
  func bound(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var budget = RetryBudget(configuration)
    var now = Duration.zero
    var firsts: [Duration] = []
    var retries: [Duration] = []
    for _ in 0..<1500 {
      now += .milliseconds(Int64.random(in: 0...(Bool.random(using: &random) ? 10 : 400), using: &random))
      if Int.random(in: 0..<3, using: &random) > 0 {
        budget.deposit(now: now)
        firsts.append(now)
      } else {
        for _ in 0..<Int.random(in: 1...4, using: &random) where budget.withdraw(now: now) { retries.append(now) }
      }
    }
    #expect(retries.count > 100)
    for first in stride(from: 0, to: retries.count, by: 7) {
      for last in stride(from: first, to: retries.count, by: 5) {
        let recent = firsts.count { $0 >= retries[first] - .seconds(10) && $0 <= retries[last] }
        let minimum = 1.5 * ((retries[last] - retries[first]) / .seconds(1)) + 2
        #expect(Double(last - first + 1) <= 0.2 * Double(recent) + minimum + 1e-6)
      }
    }
  }

  @Test("unlimited never makes a retry wait")
  func unlimited() {
    var budget = RetryBudget(.unlimited)
    var granted = 0
    for _ in 0..<10_000 where budget.withdraw(now: .zero) { granted += 1 }
    #expect(granted == 10_000)
  }

  @Test("a minimum of nothing is refused: a retry may wait, but not for ever")
  func minimum() {
    #expect(RetryBudgetConfiguration(ratio: 0, minimumPerSecond: 0, window: .zero).minimumPerSecond == 0.1)
  }

  private func withdrawals(_ budget: inout RetryBudget, at now: Duration) -> Int {
    var count = 0
    while budget.withdraw(now: now) { count += 1 }
    return count
  }
}
