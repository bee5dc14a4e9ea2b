import NIOHTTP1

/// What to answer.
struct Answer {
  enum ContentType: String {
    case json = "application/json"
    case html = "text/html; charset=utf-8"
    case lines = "application/x-ndjson"
    case yaml = "application/yaml"
  }

  var status: HTTPResponseStatus
  var contentType = ContentType.json
  var body: [UInt8] = []
  var retryAfter: String?
}

/// How to hand the answer over.
enum Delivery: Equatable {
  case whole
  /// In pieces over this time.
  case drip(nanoseconds: Int64)
  /// The head and half of the body, then the connection ends.
  case cutOff
  /// No answer: the connection is reset.
  case reset
  /// No answer: the connection stays open for so long, or until the client closes it.
  case hang(nanoseconds: Int64?)
}

/// The engine's decision about one request. The connection carries it out and decides nothing.
struct Plan {
  var answer: Answer
  var delivery = Delivery.whole
  var delayNanoseconds: Int64 = 0
  /// The session whose POST this answers: the connection reports back what became of the answer.
  var session: SessionTicket?
}

/// Names a session to report on, and the reset it lived before: a late report must not hit a newer session.
struct SessionTicket: Equatable {
  let index: Int
  let era: UInt64
}
