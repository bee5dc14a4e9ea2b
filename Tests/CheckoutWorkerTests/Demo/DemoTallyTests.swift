import CheckoutSession
import Testing

@testable import CheckoutWorker

@Suite struct DemoTallyTests {
  private func created(_ session: String) -> DemoReply {
    DemoReply(eventID: "e", requestID: "r", outcome: .created, sessionID: session, hostedURL: "https://h/\(session)")
  }

  private func event(_ status: SessionStatus, _ session: String) -> DemoEvent {
    let moment = Timestamp(millisecondsSinceEpoch: 0)
    return DemoEvent(
      eventID: "e", key: "k", requestID: "r", merchantTransactionID: nil, sessionID: session, mode: .payment, status: status,
      observedAt: moment, polls: 1, writtenAt: moment)
  }

  @Test func sessionsAreCountedByWhatWasHeardLast() {
    var tally = DemoTally()
    for session in ["a", "b", "c"] { tally.count(created(session)) }
    tally.count(created("a"))
    tally.count(DemoReply(eventID: "e", requestID: "q", outcome: .rejected))
    for session in ["a", "b"] { tally.count(event(.created, session)) }
    tally.count(event(.completed, "a"))
    #expect(tally.replies == 5)
    #expect(tally.rejectedOrFailed == 1)
    #expect(tally.sessions == [.accepted: 1, .created: 1, .completed: 1])
    #expect(tally.sessionsTotal == 3)
    #expect(tally.sessionsEnded == 1)
    #expect(tally.requestsDone == 3, "the rejected one, the repeated one, and the one whose session has ended")
  }

  @Test func anEventMayBeReadBeforeItsReply() {
    var tally = DemoTally()
    tally.count(event(.canceled, "a"))
    tally.count(created("a"))
    #expect(tally.sessions[.canceled] == 1)
    #expect(tally.sessions[.accepted, default: 0] == 0)
    #expect(tally.requestsDone == 1)
  }

  @Test func theProgressLineFitsTheTally() {
    var tally = DemoTally()
    #expect(DemoProgress.text(published: 0, of: 10, tally).hasPrefix("  ░░░░░░░░░░░░░░░░░░░░  0 of 10 requests, sessions: 0 made"))
    tally.count(created("a"))
    tally.count(event(.notFound, "a"))
    let line = DemoProgress.text(published: 1, of: 1, tally)
    #expect(line.hasPrefix("  ████████████████████  1 requests"))
    #expect(line.hasSuffix("0 timed out · 1 NOT_FOUND"))
  }
}
