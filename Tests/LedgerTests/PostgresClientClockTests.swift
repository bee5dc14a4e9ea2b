import CheckoutSession
import PostgresTestKit
import Testing

@testable import Ledger

/// The server's time of day.
struct PostgresClientClockTests {
  @Test func theMiddleOfTheRoundTripIsTheMoment() {
    let time = ManualTime()
    let clock = ServerClock { time.now() }
    #expect(clock.isDue)
    let asked = time.now()
    clock.note(server: .seconds(5000), asked: asked, answered: asked + .milliseconds(100))
    time.advance(by: .milliseconds(50))
    #expect(clock.now() == Timestamp(millisecondsSinceEpoch: 5_000_000))
    time.advance(by: .seconds(29))
    #expect(!clock.isDue && clock.now() == Timestamp(millisecondsSinceEpoch: 5_029_000))
    time.advance(by: .seconds(2))
    #expect(clock.isDue)
  }

  @Test func anAnswerThatTookLongCountsOnlyForLackOfABetterOne() {
    let time = ManualTime()
    let clock = ServerClock { time.now() }
    let start = time.now()
    clock.note(server: .seconds(100), asked: start, answered: start + .seconds(4))
    #expect(clock.now() == Timestamp(millisecondsSinceEpoch: 98_000))
    #expect(clock.isDue, "it is asked again as soon as somebody calls")
    clock.note(server: .seconds(200), asked: start, answered: start)
    #expect(!clock.isDue)
    clock.note(server: .seconds(900), asked: start, answered: start + .seconds(1))
    #expect(clock.now() == Timestamp(millisecondsSinceEpoch: 200_000))
    let late = start + ServerClock.staleAfter
    clock.note(server: .seconds(900), asked: late, answered: late + .seconds(1))
    #expect(clock.now() == Timestamp(millisecondsSinceEpoch: 900_000 - 600_500))
  }

  @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
  func itGoesByTheServerAndTheMonotonicClockAlone() async throws {
    let time = ManualTime()
    try await PostgresPool.opened(.test(.shared()), time: time) { pool in
      // The server's time, which nobody has told this process but the pool.
      let clock = pool.serverClock
      let question = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
      let before = clock.now()
      #expect(try await pool.integer(question) >= before.millisecondsSinceEpoch)
      // Time stands still, as this process sees it: the host's clock, which goes on, has no say.
      #expect(clock.now() == before)
      time.advance(by: .seconds(3600))
      #expect(clock.now() - before == .seconds(3600))
      // A call long after the last asking has the server asked again, and the clock is the server's again.
      _ = try await pool.integer("SELECT 1")
      let answer = try await pool.integer(question)
      #expect(abs(clock.now().millisecondsSinceEpoch - answer) < 60_000)
    }
  }
}
