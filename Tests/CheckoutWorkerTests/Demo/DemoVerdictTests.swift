import CheckoutSession
import Testing

@testable import CheckoutWorker

/// The demo must notice whatever goes wrong; a comparison that always agrees would be worse than none.
@Suite struct DemoVerdictTests {
  private static func request(_ id: String, _ kind: DemoRequest.Kind) -> DemoRequest {
    DemoRequest(kind: kind, key: id, requestID: id, merchantTransactionID: "t-\(id)", mode: .payment, body: "{}")
  }

  private static func created(_ id: String, session: String, event: String? = nil) -> DemoReply {
    DemoReply(eventID: event ?? "e-\(id)", requestID: id, outcome: .created, sessionID: session, hostedURL: "https://h/\(session)")
  }

  private static func session(
    _ id: String, of request: String, isExcused: Bool = false, madeAt second: Int64 = 0, end: SessionStatus = .completed
  ) -> DemoTrueSession {
    let createdAt = Timestamp(millisecondsSinceEpoch: second * 1000)
    return DemoTrueSession(
      id: id, mode: .payment, merchantTransactionID: "t-\(request)", isExcused: isExcused, createdAt: createdAt, usableAt: createdAt,
      end: end, endedAt: createdAt + .seconds(10))
  }

  @Test func aGoodRunHasNoDifferences() {
    let verdict = DemoVerdict(
      requests: [
        Self.request("a", .valid), Self.request("a", .repeated), Self.request("b", .invalid), Self.request("c", .expired),
        Self.request("a", .conflicting),
      ],
      replies: [
        Self.created("a", session: "s1"), Self.created("a", session: "s1"),
        DemoReply(eventID: "x", requestID: "a", outcome: .rejected), DemoReply(eventID: "y", requestID: "b", outcome: .rejected),
        DemoReply(eventID: "z", requestID: "c", outcome: .expired),
      ], deadLetters: 2, sessions: [Self.session("s1", of: "a"), Self.session("s2", of: "a", isExcused: true)])
    #expect(verdict.differences.named == [])
    #expect(verdict.published.keys.sorted() == ["s1"])
    #expect(verdict.orphans == 1)
    #expect(verdict.sameReplies == 1)
    #expect(verdict.rows[.valid]?.replies == [.created: 1])
    #expect(verdict.rows[.repeated]?.replies == [.created: 1])
    #expect(verdict.rows[.conflicting]?.replies == [.rejected: 1])
  }

  @Test(arguments: [
    ("a reply is missing", [DemoReply](), 0, [session("s1", of: "a")]),
    ("a reply too many", [created("a", session: "s1"), created("a", session: "s1")], 0, [session("s1", of: "a")]),
    ("the wrong outcome", [DemoReply(eventID: "e", requestID: "a", outcome: .rejected)], 1, []),
    ("a session that the gateway does not know", [created("a", session: "s9")], 0, []),
    (
      "the URL of another session",
      [DemoReply(eventID: "e", requestID: "a", outcome: .created, sessionID: "s1", hostedURL: "https://h/s2")], 0, [session("s1", of: "a")]
    ),
    ("the session of another payment", [created("a", session: "s1")], 0, [session("s1", of: "b")]),
    ("a second session without a fault", [created("a", session: "s1")], 0, [session("s1", of: "a"), session("s2", of: "a")]),
    ("a dead letter too many", [created("a", session: "s1")], 1, [session("s1", of: "a")]),
    ("a reply to nobody", [created("a", session: "s1"), created("b", session: "s1")], 0, [session("s1", of: "a")]),
  ])
  func isNoticed(_ name: String, _ replies: [DemoReply], _ deadLetters: Int, _ sessions: [DemoTrueSession]) {
    let verdict = DemoVerdict(requests: [Self.request("a", .valid)], replies: replies, deadLetters: deadLetters, sessions: sessions)
    #expect(!verdict.differences.isEmpty, "\(name) went unnoticed")
  }

  private static func repetition(of replies: [DemoReply], _ sessions: [DemoTrueSession]) -> DemoVerdict {
    DemoVerdict(requests: [request("a", .valid), request("a", .repeated)], replies: replies, deadLetters: 0, sessions: sessions)
  }

  private static let withoutURL = DemoReply(eventID: "e-a", requestID: "a", outcome: .created, sessionID: "s1")

  @Test(arguments: [
    (
      "two sessions alive at once", [created("a", session: "s1"), created("a", session: "s2", event: "e-2")],
      [session("s1", of: "a", end: .failed), session("s2", of: "a", madeAt: 5)]
    ),
    (
      "a second session after the first has completed", [created("a", session: "s1"), created("a", session: "s2", event: "e-2")],
      [session("s1", of: "a"), session("s2", of: "a", madeAt: 20)]
    ),
    (
      "another event for the same session", [created("a", session: "s1"), created("a", session: "s1", event: "other")],
      [session("s1", of: "a")]
    ),
    ("no URL although the session has not completed", [created("a", session: "s1"), withoutURL], [session("s1", of: "a", end: .failed)]),
    ("no URL in the first reply", [withoutURL, created("a", session: "s1")], [session("s1", of: "a")]),
  ])
  func aWrongReplyToARepetitionIsNoticed(_ name: String, _ replies: [DemoReply], _ sessions: [DemoTrueSession]) {
    #expect(!Self.repetition(of: replies, sessions).differences.isEmpty, "\(name) went unnoticed")
  }

  @Test func aNewSessionAfterOneThatEndedWithoutSuccessIsRight() {
    let verdict = Self.repetition(
      of: [Self.created("a", session: "s1"), Self.created("a", session: "s2", event: "e-2")],
      [Self.session("s1", of: "a", end: .canceled), Self.session("s2", of: "a", madeAt: 10)])
    #expect(verdict.differences.named == [])
    #expect(verdict.newSessions == 1)
    #expect(verdict.published.keys.sorted() == ["s1", "s2"])
  }

  @Test func aRepeatedReplyToACompletedSessionNeedsNoURL() {
    let verdict = Self.repetition(of: [Self.created("a", session: "s1"), Self.withoutURL], [Self.session("s1", of: "a")])
    #expect(verdict.differences.named == [])
    #expect(verdict.sameReplies == 1)
  }
}
