/// The `error` member of a reply that carries no session (`contract/messages.md`, "Reply value"). Holds no customer data.
public struct ReplyError: Hashable, Sendable {
  /// A stable name for programs, in capitals: `INVALID_REQUEST`, `UNKNOWN_MERCHANT`, `IDEMPOTENCY_CONFLICT`, …
  public var code: String
  /// A short title for people.
  public var title: String
  /// What is wrong and what was expected, at most 1024 UTF-8 bytes.
  public var detail: String
  /// JSON path of the (first) member at fault, or `headers.<name>`; nil if no one member is.
  public var field: String?
  /// Whether the same request may work later.
  public var retryable: Bool

  /// Makes an error.
  public init(code: String, title: String, detail: String, field: String? = nil, retryable: Bool) {
    self.code = code
    self.title = title
    self.detail = detail
    self.field = field
    self.retryable = retryable
  }
}
