import CheckoutSession
import NIOHTTP1

/// The bodies of refusals (`contract/gateway.md`, "Errors").
extension Answer {
  /// `{"title","status":401,"detail"}`
  static func problem(_ status: HTTPResponseStatus, _ title: String, _ detail: String) -> Answer {
    json(status) { body in
      body.member("title", title)
      body.member("status", status.code)
      body.member("detail", detail)
    }
  }

  /// `{"title","detail","status":"500"}`: the gateway's own failures carry their status as text.
  static func failure(_ status: HTTPResponseStatus, detail: String = "An error occurred") -> Answer {
    json(status) { body in
      body.member("title", status.reasonPhrase.uppercased().split(separator: " ").joined(separator: "_"))
      body.member("detail", detail)
      body.member("status", String(status.code))
    }
  }

  /// `{"message"}`
  static func message(_ status: HTTPResponseStatus, _ message: String) -> Answer {
    json(status) { $0.member("message", message) }
  }

  static func json(_ status: HTTPResponseStatus, _ members: (inout JSONWriter) -> Void) -> Answer {
    var answer = Answer(status: status)
    answer.body.reserveCapacity(256)
    JSONWriter.append(to: &answer.body) { $0.object(members) }
    return answer
  }

  static let tokenMissing = problem(.unauthorized, "UNAUTHORIZED", "access_token is missing")
  static let tokenUnreadable = message(.unauthorized, "Unauthorized")
  static let tokenUnknown = problem(.unauthorized, "UNAUTHORIZED", "invalid jwt")
  static let sessionTimedOut = problem(.unauthorized, "SESSION_TIMEOUT", "Your session is no longer valid")
  static let sessionForbidden = problem(.forbidden, "FORBIDDEN", "Not allowed to access this session")
  static let scopeForbidden = problem(.forbidden, "FORBIDDEN", "insufficient_scope")
  static let sessionNotFound = problem(.notFound, "NOT_FOUND", "Session Id not found")
  static let customerNotFound = problem(.notFound, "NOT_FOUND", "customer not found")
  static let sessionCanceled = problem(.gone, "SESSION_CANCELED", "Your session has been canceled")
  static let nothingHere = problem(.notFound, "NOT_FOUND", "No such path")

  static func tokenExpired(at nanoseconds: Int64) -> Answer {
    let moment = Timestamp(nanosecondsSinceEpoch: nanoseconds).rfc3339
    return problem(.unauthorized, "UNAUTHORIZED", "jwt signature verification failed: 'exp' claim expired at \(moment)")
  }

  /// What a proxy says in the gateway's place.
  static func html(_ status: HTTPResponseStatus) -> Answer {
    let page = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>The page cannot be displayed</h1></body></html>\n"
    return Answer(status: status, contentType: .html, body: Array(page.utf8))
  }
}
