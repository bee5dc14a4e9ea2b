import CheckoutSession
import Testing

@testable import CheckoutWorker

/// The demo must notice every lie that a status event can tell.
@Suite struct DemoSessionVerdictTests {
  private static func second(_ second: Int64) -> Timestamp { Timestamp(millisecondsSinceEpoch: second * 1000) }

  /// Made at 0 s, usable at 2 s, over at 10 s.
  private static func session(_ end: SessionStatus, usable: Bool = true) -> DemoTrueSession {
    DemoTrueSession(
      id: "s1", mode: .payment, merchantTransactionID: "t", isExcused: false, createdAt: second(0), usableAt: usable ? second(2) : nil,
      end: end, endedAt: second(10))
  }

  private static let request = DemoRequest(
    kind: .valid, key: "order-1", requestID: "r", merchantTransactionID: "t", mode: .payment, body: "{}")

  private static func event(
    _ status: SessionStatus, at moment: Int64, of session: String = "s1", _ change: (inout DemoEvent) -> Void = { _ in }
  ) -> DemoEvent {
    var event = DemoEvent(
      eventID: "e-\(status.rawValue)", key: "order-1", requestID: "r", merchantTransactionID: "t", sessionID: session, mode: .payment,
      status: status, observedAt: second(moment), polls: 3, writtenAt: second(moment + 1))
    change(&event)
    return event
  }

  private static func verdict(_ events: [DemoEvent], _ session: DemoTrueSession, isPublished: Bool = true) -> DemoSessionVerdict {
    DemoSessionVerdict(published: isPublished ? [session.id: request] : [:], events: events, sessions: [session])
  }

  @Test(arguments: [SessionStatus.completed, .failed, .canceled, .timedOut])
  func theTruthHasNoDifferences(_ end: SessionStatus) {
    let verdict = Self.verdict([Self.event(.created, at: 3), Self.event(end, at: 12)], Self.session(end))
    #expect(verdict.differences.named == [])
    #expect(verdict.rows[.payment]?.sessions == 1)
    #expect(verdict.rows[.payment]?.truth == [end: 1])
    #expect(verdict.rows[.payment]?.told == [end: 1])
    #expect(verdict.delays == [.seconds(3)])
    #expect(verdict.polls == 3)
  }

  @Test func aSessionMayEndBeforeAnybodySawItUsable() {
    #expect(Self.verdict([Self.event(.failed, at: 12)], Self.session(.failed)).differences.isEmpty)
  }

  @Test(arguments: [
    ([event(.timedOut, at: 16)], session(.completed), "TIMED_OUT, but the gateway says COMPLETED"),
    ([event(.completed, at: 16)], session(.timedOut), "COMPLETED, but the gateway says TIMED_OUT"),
    ([event(.notFound, at: 16)], session(.canceled), "NOT_FOUND, but the gateway says CANCELED"),
    ([event(.unresolved, at: 11), event(.completed, at: 12)], session(.completed), "UNRESOLVED, but the gateway says COMPLETED"),
    ([event(.timedOut, at: 12), event(.completed, at: 13)], session(.completed), "TIMED_OUT, but the gateway says COMPLETED"),
    ([event(.created, at: 3)], session(.completed), "no terminal event; the gateway says COMPLETED"),
    ([], session(.failed), "no terminal event; the gateway says FAILED"),
    ([event(.completed, at: 12), event(.completed, at: 13)], session(.completed), "COMPLETED after COMPLETED"),
    ([event(.failed, at: 12), event(.completed, at: 13)], session(.failed), "COMPLETED after FAILED"),
    ([event(.completed, at: 12), event(.created, at: 3)], session(.completed), "CREATED after COMPLETED"),
    ([event(.created, at: 3), event(.created, at: 4), event(.completed, at: 12)], session(.completed), "CREATED after CREATED"),
    ([event(.accepted, at: 1), event(.completed, at: 12)], session(.completed), "ACCEPTED after ACCEPTED"),
    ([event(.created, at: 1), event(.completed, at: 12)], session(.completed), "CREATED was said before the gateway said it"),
    ([event(.created, at: 3), event(.timedOut, at: 12)], session(.timedOut, usable: false), "CREATED, but nobody could ever use it"),
    ([event(.timedOut, at: 9)], session(.timedOut), "TIMED_OUT was said before the gateway said it"),
    ([event(.completed, at: 12) { $0.key = "order-2" }], session(.completed), "does not name the request r"),
    ([event(.completed, at: 12) { $0.requestID = "q" }], session(.completed), "does not name the request r"),
    ([event(.completed, at: 12) { $0.merchantTransactionID = nil }], session(.completed), "does not name the request r"),
    ([event(.completed, at: 12) { $0.mode = .paymentWithWallet }], session(.completed), "does not name the request r"),
    ([event(.completed, at: 12), event(.created, at: 3, of: "s9")], session(.completed), "s9: CREATED, but the gateway does not know it"),
  ])
  func everyLieIsNamed(_ events: [DemoEvent], _ session: DemoTrueSession, _ expected: String) {
    let named = Self.verdict(events, session).differences.named
    #expect(named.contains { $0.contains(expected) }, "\(named)")
  }

  @Test func anEventOfASessionThatNobodyWasToldOfIsNoticed() {
    let verdict = Self.verdict([Self.event(.timedOut, at: 12)], Self.session(.timedOut), isPublished: false)
    #expect(verdict.differences.named == ["session s1: TIMED_OUT, but no reply has told anybody of it"])
    #expect(verdict.rows.isEmpty)
  }

  @Test func onlyTheFirstDifferencesAreNamed() {
    var differences = DemoDifferences()
    for number in 0..<50 { differences.add("\(number)") }
    var all = DemoDifferences()
    all.add("first")
    all.add(differences)
    #expect(all.count == 51)
    #expect(all.named.count == DemoDifferences.namedMax)
    #expect(all.named.first == "first")
  }
}
