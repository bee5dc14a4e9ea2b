import CheckoutSession
import NIOCore

/// Reads the bodies of expected answers with the contract's readers (`CheckoutSession/Gateway`), after looking at whether they are whole.
enum AnswerReader {
  /// The session of a 202 to `POST /sessions`.
  static func createdSession(
    _ answer: HTTPAnswer, rule: HostedURLRule, createdAt: Timestamp, lifetime: Duration, reader: inout JSONReader
  ) -> Result<CreatedSession, GatewayFailure> {
    if let fault = fault(of: answer, to: .create) { return .failure(fault) }
    do throws(GatewayFailure) {
      return .success(
        try AcceptedAnswer.read(bytes(of: answer), rule: rule, reader: &reader).session(createdAt: createdAt, lifetime: lifetime))
    } catch {
      return .failure(error)
    }
  }

  /// The session of a 200 to `GET /sessions/{id}`.
  static func snapshot(
    _ answer: HTTPAnswer, of sessionID: SessionID, reader: inout JSONReader
  ) -> Result<SessionSnapshot, GatewayFailure> {
    if let fault = fault(of: answer, to: .read) { return .failure(fault) }
    do throws(GatewayFailure) {
      return .success(try SessionSnapshot.read(bytes(of: answer), expected: sessionID, reader: &reader))
    } catch {
      return .failure(error)
    }
  }

  /// The body.
  static func bytes(of answer: HTTPAnswer) -> ArraySlice<UInt8> {
    Array(buffer: answer.body)[...]
  }

  /// Whether the body is a page: the gateway answers with JSON or nothing, so something else has answered.
  static func isPage(_ body: ByteBuffer) -> Bool {
    body.readableBytesView.first { !$0.isBlank && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") } == UInt8(ascii: "<")
  }

  private static func fault(of answer: HTTPAnswer, to method: ErrorTable.Method) -> GatewayFailure? {
    switch answer.completeness {
    case .whole: nil
    case .cutShort: ErrorTable.unusable("the connection ended inside the answer's body", status: answer.status, to: method)
    case .tooLarge: ErrorTable.unusable("the answer is larger than gateway.answerBytesMax", status: answer.status, to: method)
    }
  }
}
