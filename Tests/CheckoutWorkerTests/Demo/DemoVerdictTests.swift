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

  private static func session(_ id: String, of request: String, isExcused: Bool = false) -> DemoVerdict.TrueSession {
    DemoVerdict.TrueSession(id: id, merchantTransactionID: "t-\(request)", isExcused: isExcused)
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
    #expect(verdict.differences == [])
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
  func isNoticed(_ name: String, _ replies: [DemoReply], _ deadLetters: Int, _ sessions: [DemoVerdict.TrueSession]) {
    let verdict = DemoVerdict(requests: [Self.request("a", .valid)], replies: replies, deadLetters: deadLetters, sessions: sessions)
    #expect(!verdict.differences.isEmpty, "\(name) went unnoticed")
  }

  @Test func differentRepliesToOneRequestAreNoticed() {
    let requests = [Self.request("a", .valid), Self.request("a", .repeated)]
    let sessions = [Self.session("s1", of: "a"), Self.session("s2", of: "a", isExcused: true)]
    let urls = DemoVerdict(
      requests: requests, replies: [Self.created("a", session: "s1"), Self.created("a", session: "s2")], deadLetters: 0, sessions: sessions)
    #expect(!urls.differences.isEmpty)
    let ids = DemoVerdict(
      requests: requests, replies: [Self.created("a", session: "s1"), Self.created("a", session: "s1", event: "other")], deadLetters: 0,
      sessions: sessions)
    #expect(!ids.differences.isEmpty)
  }
}
