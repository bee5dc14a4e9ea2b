import CheckoutSession
import Reconciliation
import Testing

@Suite("What a schedule costs and gives")
struct ScheduleStudyTests {
  private static func study(_ schedule: any PollPolicy = PollSchedules(), seed: UInt64 = 1) -> ScheduleStudy {
    ScheduleStudy(ReconciliationConfiguration(merchantIDs: ["m"], source: "/test", schedule: schedule), sessions: 20_000, seed: seed)
  }

  @Test("the default stays within what it was chosen for")
  func defaults() throws {
    let study = Self.study()
    #expect(study.all.sessions == 20_000)
    #expect((7.0...8.5).contains(study.all.polls))
    let completed = try #require(study.rows.first { $0.name == "all that completed" })
    #expect((0.58...0.68).contains(Double(completed.sessions) / 20_000))
    #expect(completed.end.p50 < .seconds(16) && completed.end.p99 < .seconds(70) && completed.end.max < .seconds(100))
    #expect(completed.created.p50 < .seconds(2) && completed.created.p99 < .seconds(6))
    let ranOut = try #require(study.rows.first { $0.name == "all that ran out" })
    #expect(ranOut.end.max <= .seconds(3))
    let display = try #require(study.rows.first { $0.name == SessionMode.paymentMethodDisplay.rawValue })
    #expect(display.polls < 3)
  }

  @Test("the same seed gives the same figures, another one nearly the same")
  func repeatable() {
    #expect(Self.study().rows == Self.study().rows)
    let other = Self.study(seed: 2)
    #expect(Self.study().rows != other.rows)
    #expect(abs(Self.study().all.polls - other.all.polls) < 0.2)
  }

  @Test("twice the interval costs fewer polls and more delay")
  func tradeOff() {
    let slow = PollSchedule(interval: .seconds(60), growth: 1.5, intervalMax: .seconds(150))
    let (study, other) = (Self.study(), Self.study(PollSchedules(standard: slow)))
    #expect(other.all.polls < study.all.polls - 2)
    #expect(other.all.end.p99 > study.all.end.p99)
  }

  @Test("the table has a row for each mode and says what it was measured on")
  func markdown() {
    let study = Self.study()
    let text = study.markdown
    for mode in SessionMode.allCases { #expect(text.contains("| \(mode.rawValue) |")) }
    #expect(text.contains("60 % of all sessions complete within 3 minutes") && text.contains("polls per session"))
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("|") }.count == study.rows.count + 2)
  }
}
