import CheckoutSession
import Testing

@Suite("Session status")
struct SessionStatusTests {
  private static let terminal: [SessionStatus] = [.completed, .failed, .canceled, .timedOut, .notFound]

  @Test("forward only, and nothing follows a terminal status")
  func order() {
    for status in SessionStatus.allCases {
      #expect(!status.mayBecome(status))
      #expect(status.isTerminal == Self.terminal.contains(status))
      for next in SessionStatus.allCases {
        if status.isTerminal { #expect(!status.mayBecome(next)) } else if next.isTerminal { #expect(status.mayBecome(next)) }
        #expect(!(status.mayBecome(next) && next.mayBecome(status)))
      }
    }
    #expect(SessionStatus.accepted.mayBecome(.created) && SessionStatus.accepted.mayBecome(.unresolved))
    #expect(SessionStatus.created.mayBecome(.unresolved) && !SessionStatus.unresolved.mayBecome(.created))
  }

  @Test("the types of contract/messages.md")
  func types() {
    #expect(SessionStatus.notFound.cloudEventsType == "checkout.session.not_found")
    #expect(SessionStatus.unresolved.cloudEventsType == "checkout.session.unresolved")
    #expect(SessionStatus.created.cloudEventsType == ReplyOutcome.created.cloudEventsType)
  }
}
