import CheckoutSession
import FoundationEssentials
import NIOCore
import Testing

@testable import Gateway

/// `contract/gateway.md`, "Errors", row by row.
struct ErrorTableTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var status: Int
    var method: ErrorTable.Method
    var body = ""
    var completeness = HTTPAnswer.Completeness.whole
    var retryAfter: String?
    var authenticate: String?
    var failureClass: GatewayFailure.Class
    var code: GatewayFailure.Code
    var inDoubt = false
    var detail: String?
    var wait: Duration?

    var testDescription: String { "\(method) \(status) \(body.prefix(40)) \(completeness)" }
  }

  /// Sun, 06 Nov 1994 08:49:37 GMT.
  static let now = Timestamp(millisecondsSinceEpoch: 784_111_777_000)

  static let cases: [Case] = [
    Case(
      status: 400, method: .create, body: #"{"title":"INVALID_REQUEST","status":400,"detail":"customer should contain hsid"}"#,
      failureClass: .permanent, code: .invalidRequest, detail: "customer should contain hsid"),
    Case(
      status: 400, method: .create, body: "<html>", failureClass: .permanent, code: .invalidRequest, detail: "the gateway gave no reason"),
    Case(status: 400, method: .read, failureClass: .transient, code: .badAnswer),
    Case(
      status: 422, method: .create, body: #"{"title":"UNPROCESSABLE_ENTITY","status":422,"detail":"payment is required"}"#,
      failureClass: .permanent, code: .unprocessable, detail: "payment is required"),
    Case(
      status: 401, method: .read, body: #"{"title":"SESSION_TIMEOUT","status":401,"detail":"Your session is no longer valid"}"#,
      failureClass: .permanent, code: .sessionTimeout, detail: "Your session is no longer valid"),
    Case(status: 401, method: .create, body: #"{"title":"SESSION_TIMEOUT"}"#, failureClass: .configuration, code: .unauthorized),
    Case(
      status: 401, method: .create, body: #"{"message":"Unauthorized"}"#, failureClass: .configuration, code: .unauthorized,
      detail: "Unauthorized"),
    Case(
      status: 401, method: .read, body: #"{"title":"UNAUTHORIZED","status":401,"detail":"'exp' claim expired"}"#,
      failureClass: .configuration,
      code: .unauthorized, detail: "'exp' claim expired"),
    Case(status: 401, method: .read, failureClass: .configuration, code: .unauthorized),
    Case(status: 401, method: .read, body: "<html><body>401</body></html>", failureClass: .transient, code: .badAnswer),
    Case(status: 401, method: .create, body: "<html><body>401</body></html>", failureClass: .configuration, code: .unauthorized),
    Case(
      status: 403, method: .create, authenticate: #"Bearer error="insufficient_scope""#, failureClass: .configuration, code: .forbidden,
      detail: "insufficient_scope: the token's scope does not cover this call; check gateway.token.scope"),
    Case(
      status: 403, method: .read, body: #"{"title":"FORBIDDEN","detail":"Not allowed to access this session"}"#,
      failureClass: .configuration,
      code: .forbidden, detail: "Not allowed to access this session"),
    Case(status: 404, method: .create, body: #"{"title":"NOT_FOUND","status":404}"#, failureClass: .permanent, code: .notFound),
    Case(status: 404, method: .create, body: #"{"tit"#, failureClass: .permanent, code: .notFound, detail: "the customer was not found"),
    Case(status: 404, method: .create, failureClass: .permanent, code: .notFound),
    Case(status: 404, method: .create, body: "\n <html>", failureClass: .configuration, code: .notFound),
    Case(
      status: 404, method: .read, body: #"{"title":"NOT_FOUND","detail":"Session Id not found"}"#, failureClass: .permanent,
      code: .notFound,
      detail: "Session Id not found"),
    Case(status: 407, method: .create, failureClass: .transient, code: .connectFailed),
    Case(status: 410, method: .read, body: #"{"title":"SESSION_CANCELED"}"#, failureClass: .permanent, code: .sessionCanceled),
    Case(status: 410, method: .create, failureClass: .transient, code: .badAnswer),
    Case(status: 429, method: .create, failureClass: .transient, code: .rateLimited),
    Case(status: 429, method: .create, retryAfter: "7", failureClass: .transient, code: .rateLimited, wait: .seconds(7)),
    Case(
      status: 429, method: .read, retryAfter: "Sun, 06 Nov 1994 08:49:40 GMT", failureClass: .transient, code: .rateLimited,
      wait: .seconds(3)),
    Case(
      status: 429, method: .read, retryAfter: "Sun, 06 Nov 1994 08:00:00 GMT", failureClass: .transient, code: .rateLimited, wait: .zero),
    Case(
      status: 429, method: .read, retryAfter: "999999999999999999999", failureClass: .transient, code: .rateLimited, wait: .seconds(3600)),
    Case(status: 429, method: .read, retryAfter: "soon", failureClass: .transient, code: .rateLimited),
    Case(
      status: 500, method: .create, body: #"{"title":"INTERNAL_SERVER_ERROR","detail":"An error occurred","status":"500"}"#,
      failureClass: .transient, code: .serverError, inDoubt: true, detail: "An error occurred"),
    Case(status: 502, method: .create, body: "<html>Bad gateway</html>", failureClass: .transient, code: .serverError, inDoubt: true),
    Case(status: 503, method: .create, retryAfter: "2", failureClass: .transient, code: .serverError, inDoubt: true, wait: .seconds(2)),
    Case(status: 504, method: .create, body: #"{"ti"#, failureClass: .transient, code: .serverError, inDoubt: true),
    Case(status: 500, method: .read, failureClass: .transient, code: .serverError),
    Case(status: 599, method: .create, failureClass: .transient, code: .serverError, inDoubt: true),
    Case(status: 200, method: .create, failureClass: .transient, code: .badAnswer, inDoubt: true),
    Case(status: 201, method: .create, failureClass: .transient, code: .badAnswer, inDoubt: true),
    Case(status: 202, method: .read, failureClass: .transient, code: .badAnswer),
    Case(status: 302, method: .create, failureClass: .transient, code: .badAnswer),
    Case(status: 418, method: .create, failureClass: .transient, code: .badAnswer),
    Case(status: 777, method: .create, failureClass: .transient, code: .badAnswer, inDoubt: true),
  ]

  /// Answers to a poll that look like an end and are not the gateway's word about the session.
  static let noEnds: [Case] =
    [(401, "SESSION_TIMEOUT"), (404, "NOT_FOUND"), (410, "SESSION_CANCELED")].flatMap { status, title in
      let word = #"{"title":"\#(title)","status":\#(status),"detail":"why"}"#
      let bodies =
        status == 401
        ? []
        : [
          "", " ", "null", "\"\(title)\"", title, "no healthy upstream", #"{"message":"no Route matched with those values"}"#,
          #"{"message":"\#(title)"}"#, #"{"detail":"\#(title)"}"#, #"{"title":"Not Found","status":\#(status)}"#,
          #"{"title":"\#(title.lowercased())"}"#,
          #"{"title":"\#(title)_"}"#, #"{"title":{"code":"\#(title)"}}"#, #"{"data":{"title":"\#(title)"}}"#, #"[{"title":"\#(title)"}]"#,
          String(word.dropLast()), #"{"title":"\#(status == 404 ? "SESSION_CANCELED" : "NOT_FOUND")","status":\#(status)}"#,
        ]
      return bodies.map { Case(status: status, method: .read, body: $0, failureClass: .transient, code: .badAnswer) }
        + [.cutShort, .tooLarge].flatMap { completeness in
          [word, String(word.prefix(9)), ""].map {
            Case(status: status, method: .read, body: $0, completeness: completeness, failureClass: .transient, code: .badAnswer)
          }
        }
    } + [
      Case(status: 410, method: .read, body: "<html><body>Gone</body></html>", failureClass: .transient, code: .badAnswer),
      // Not an end either: `gateway.baseURL` leads somewhere else.
      Case(status: 404, method: .read, body: "<html><body>Not found</body></html>", failureClass: .configuration, code: .notFound),
    ]

  @Test(arguments: cases + noEnds) func answers(_ row: Case) {
    let answer = HTTPAnswer(
      status: row.status, retryAfter: row.retryAfter, authenticate: row.authenticate, body: ByteBuffer(string: row.body),
      completeness: row.completeness)
    let failure = ErrorTable.failure(answer, to: row.method, now: Self.now)
    #expect(failure.failureClass == row.failureClass)
    #expect(failure.code == row.code)
    #expect(failure.inDoubt == row.inDoubt)
    #expect(failure.httpStatus == row.status)
    #expect(failure.retryAfter == row.wait)
    #expect(!failure.title.isEmpty && !failure.detail.isEmpty)
    if let detail = row.detail { #expect(failure.detail == detail) }
  }

  /// Every error answer of the contract's examples to a `GET`.
  @Test(arguments: [
    ("get-401-session-timeout", 401, GatewayFailure.Class.permanent, GatewayFailure.Code.sessionTimeout),
    ("get-401-token-expired", 401, .configuration, .unauthorized), ("get-401-message", 401, .configuration, .unauthorized),
    ("get-403-forbidden", 403, .configuration, .forbidden), ("get-404-not-found", 404, .permanent, .notFound),
    ("get-410-canceled", 410, .permanent, .sessionCanceled), ("error-500", 500, .transient, .serverError),
  ])
  func examples(_ name: String, _ status: Int, _ failureClass: GatewayFailure.Class, _ code: GatewayFailure.Code) throws {
    // Root/Tests/GatewayTests/ErrorTableTests.swift
    let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    let body = try Data(contentsOf: URL(filePath: "\(tests)/Fixtures/contract-examples/\(name).json"))
    let failure = ErrorTable.failure(HTTPAnswer(status: status, body: ByteBuffer(bytes: body)), to: .read, now: Self.now)
    #expect(failure.failureClass == failureClass)
    #expect(failure.code == code)
  }

  @Test(arguments: [
    (TransportFailure.Kind.dns, GatewayFailure.Code.connectFailed), (.refused, .connectFailed), (.tls, .connectFailed),
    (.proxy, .connectFailed), (.connectTimeout, .connectFailed), (.connectionLost, .connectionLost), (.requestTimeout, .requestTimeout),
    (.malformedAnswer, .badAnswer), (.canceled, .canceled), (.overloaded, .overloaded),
  ])
  func noAnswers(_ kind: TransportFailure.Kind, _ code: GatewayFailure.Code) {
    for isSent in [true, false] {
      for method in ErrorTable.Method.allCases {
        let failure = ErrorTable.failure(TransportFailure(kind, "why", isSent: isSent), to: method)
        #expect(failure.failureClass == .transient)
        #expect(failure.code == code)
        #expect(failure.inDoubt == (isSent && method == .create))
        #expect(failure.detail == "why")
        #expect(failure.httpStatus == nil)
      }
    }
  }
}
