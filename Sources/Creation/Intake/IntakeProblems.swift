import CheckoutSession

/// Everything wrong with one request, gathered so that one reply names it all.
struct IntakeProblems {
  /// What is wrong with the body.
  var body: ReplyError?
  private var faults: [HeaderFault] = []
  private var code = "INVALID_HEADER"
  private var title = "Invalid header"

  /// Adds faults of headers; the first code and title other than the general ones are kept.
  mutating func header(_ more: [HeaderFault], code: String = "INVALID_HEADER", title: String = "Invalid header") {
    faults.append(contentsOf: more)
    guard self.code == "INVALID_HEADER" else { return }
    self.code = code
    self.title = title
  }

  /// The error to reply; nil if nothing is wrong.
  var replyError: ReplyError? {
    guard let first = faults.first else { return body }
    let details = faults.map { "\($0.field): \($0.text)" } + (body.map { [$0.detail] } ?? [])
    let text = String(decoding: details.joined(separator: "; ").utf8.prefix(Self.detailBytesMax), as: UTF8.self)
    return ReplyError(code: code, title: title, detail: text, field: first.field, retryable: false)
  }

  /// `error.code` of a request whose merchant is not configured.
  static let unknownMerchant = "UNKNOWN_MERCHANT"
  /// `error.code` of a request whose reply topic is not configured.
  static let replyTopicNotAllowed = "REPLY_TOPIC_NOT_ALLOWED"

  private static let detailBytesMax = 1000
}
