import NIOHTTP1

/// What an answer must know of its request.
struct Exchange {
  let version: HTTPVersion
  let keepsAlive: Bool
  /// What the gateway's clock showed when the request had come.
  let date: String

  /// The head of an answer whose body is all there.
  func head(for answer: Answer) -> HTTPResponseHead {
    var headers = HTTPHeaders()
    headers.reserveCapacity(5)
    if !answer.body.isEmpty { headers.add(name: "content-type", value: answer.contentType.rawValue) }
    headers.add(name: "content-length", value: String(answer.body.count))
    if let retryAfter = answer.retryAfter { headers.add(name: "retry-after", value: retryAfter) }
    return head(answer.status, headers)
  }

  /// The head of an answer whose body comes in chunks (HTTP/1.1) or until the end of the connection (HTTP/1.0).
  func streamHead(_ contentType: Answer.ContentType) -> HTTPResponseHead {
    var headers = HTTPHeaders([("content-type", contentType.rawValue)])
    if !isHTTP10 { headers.add(name: "transfer-encoding", value: "chunked") }
    return head(.ok, headers)
  }

  private var isHTTP10: Bool { version.major < 1 || (version.major == 1 && version.minor == 0) }

  private func head(_ status: HTTPResponseStatus, _ fields: HTTPHeaders) -> HTTPResponseHead {
    var headers = fields
    headers.add(name: "date", value: date)
    if !keepsAlive {
      headers.add(name: "connection", value: "close")
    } else if isHTTP10 {
      headers.add(name: "connection", value: "keep-alive")
    }
    return HTTPResponseHead(version: version, status: status, headers: headers)
  }
}
