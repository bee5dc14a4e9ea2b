import CheckoutSession
import Foundation
import Testing

@Suite("Reply")
struct ReplyTests {
  private let at = Timestamp(millisecondsSinceEpoch: 1_893_499_200_000)

  private func reply(
    merchant: String = "m", request: String = "r", outcome: ReplyOutcome = .created, session: CreatedSession? = nil,
    error: ReplyError? = nil,
    generation: Int = 1
  ) -> Reply {
    Reply(
      identity: RequestIdentity(merchantID: merchant, requestID: request), merchantTransactionID: "t", mode: .payment,
      decision: DecidedReply(outcome: outcome, session: session, error: error, attempts: 2, decidedAt: at), generation: generation)
  }

  private func text(_ reply: Reply) -> String {
    var bytes: [UInt8] = []
    reply.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("with a session")
  func created() throws {
    let id = try #require(SessionID("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60"))
    let session = CreatedSession(sessionID: id, hostedURL: "https://h/?a", createdAt: at)
    #expect(
      text(reply(session: session))
        == #"{"requestId":"r","merchantId":"m","merchantTransactionId":"t","mode":"PAYMENT","outcome":"CREATED","sessionId":"9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60","#
        + #""hostedUrl":"https://h/?a","createdAt":"2030-01-01T12:00:00.000Z","expiresAt":"2030-01-01T12:15:00.000Z","attempts":2,"generation":1}"#
    )
  }

  @Test("a session that has completed: the same reply without the URL, under the same id")
  func completed() throws {
    let id = try #require(SessionID("9b2d7c1e-6f0a-4d7b-8a55-3f1c2e4d5a60"))
    var reply = reply(session: CreatedSession(sessionID: id, hostedURL: "https://h/?a", createdAt: at))
    let (before, idBefore) = (text(reply), reply.ceID)
    reply.decision.session = nil
    reply.decision.completed = CompletedSession(sessionID: id, createdAt: at, expiresAt: at + CreatedSession.lifetime)
    #expect(text(reply) == before.replacing(#""hostedUrl":"https://h/?a","#, with: "") && text(reply) != before)
    #expect(reply.ceID == idBefore)
  }

  @Test("without a session, and without what is not known", arguments: [ReplyOutcome.rejected, .expired, .failed])
  func others(outcome: ReplyOutcome) {
    let error = ReplyError(code: "C", title: "T", detail: "D \"x\"", field: nil, retryable: true)
    var reply = reply(outcome: outcome, error: error)
    reply.mode = nil
    reply.merchantTransactionID = nil
    #expect(
      text(reply)
        == #"{"requestId":"r","merchantId":"m","outcome":"\#(outcome.rawValue)","error":{"code":"C","title":"T","detail":"D \"x\"","retryable":true},"attempts":2,"generation":1}"#
    )
    reply.decision.error?.field = "payment.amount"
    #expect(text(reply).contains(#""detail":"D \"x\"","field":"payment.amount","retryable":true}"#))
  }

  @Test("ce_id: the same for the same, another for anything else")
  func ceID() {
    let first = reply().ceID
    #expect(UUIDFormat.isUUID(first.utf8))
    #expect(Array(first)[14] == "8" && "89ab".contains(Array(first)[19]))
    #expect(first == reply(session: nil).ceID)
    // Fixed for ever: consumers remember these.
    #expect(first == "89b433b1-8a0a-81d4-94d0-0dd647dfcc14")
    let others = [
      reply(merchant: "mr", request: ""), reply(merchant: "", request: "mr"), reply(outcome: .failed), reply(generation: 2),
      reply(merchant: "n"), reply(request: "s"),
    ]
    #expect(Set(others.map(\.ceID) + [first]).count == others.count + 1)
  }

  @Test("body hash: SHA-256, the same for a slice")
  func bodyHash() {
    let abc = BodyHash(of: ArraySlice(shifted: "abc"))
    #expect(abc.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(abc == BodyHash(bytes: abc.bytes))
  }
}
