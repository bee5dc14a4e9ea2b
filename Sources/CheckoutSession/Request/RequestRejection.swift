/// Why a record's value is no request that can be sent: it can never work (`contract/messages.md`, "Reply value", `REJECTED`). Holds no
/// customer data.
public struct RequestRejection: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable name for programs. Open.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The record has no value (a tombstone), or one of no bytes or only white space.
    public static let emptyValue = Code(rawValue: "EMPTY_VALUE")
    /// The value is larger than ``JSONLimits/request`` allows.
    public static let valueTooLarge = Code(rawValue: "VALUE_TOO_LARGE")
    /// The value is not JSON as we accept it: syntax, UTF-8, nesting, duplicate names. The detail gives line and column.
    public static let invalidJSON = Code(rawValue: "INVALID_JSON")
    /// JSON that breaks rules of ``RequestRules``, or is no object.
    public static let invalidRequest = Code(rawValue: "INVALID_REQUEST")
  }

  /// Longest ``detail`` in bytes.
  public static let detailBytesMax = 1024

  /// What is wrong, for programs.
  public var code: Code
  /// What is wrong, in a few words.
  public var title: String
  /// Everything that is wrong, at most ``detailBytesMax`` bytes; what does not fit is counted: `… and 3 more`.
  public var detail: String
  /// JSON path of the first member at fault; nil if the fault is of the whole value.
  public var field: String?
  /// The rules broken, all of them; empty unless the code is `INVALID_REQUEST`.
  public var violations: [Violation]
  /// The request's mode, as far as it could be read all the same.
  public var mode: SessionMode?
  /// `payment.merchantTransactionId`, as far as it could be read all the same.
  public var merchantTransactionID: String?

  /// Makes a rejection.
  public init(
    _ code: Code, title: String, detail: String, field: String? = nil, violations: [Violation] = [], mode: SessionMode? = nil,
    merchantTransactionID: String? = nil
  ) {
    self.code = code
    self.title = title
    self.detail = detail
    self.field = field
    self.violations = violations
    self.mode = mode
    self.merchantTransactionID = merchantTransactionID
  }

  /// The `error` member of the reply.
  public var replyError: ReplyError {
    ReplyError(code: code.rawValue, title: title, detail: detail, field: field, retryable: false)
  }

  /// `CODE: detail`.
  public var description: String { "\(code.rawValue): \(detail)" }
}

extension RequestRejection {
  /// A value that could not be read.
  init(_ error: JSONSyntaxError) {
    switch error.code {
    case .empty: self = .empty("got only white space")
    case .tooLarge:
      self.init(.valueTooLarge, title: "Request is too large", detail: "found \(error.found), expected \(error.expected)")
    default: self.init(.invalidJSON, title: "Request is not valid JSON", detail: error.description)
    }
  }

  /// A value that has nothing in it.
  static func empty(_ got: String) -> RequestRejection {
    RequestRejection(.emptyValue, title: "Request is empty", detail: "must be the body of POST /sessions, \(got)")
  }

  /// A value that breaks rules.
  init(_ violations: RequestViolations, mode: SessionMode?, merchantTransactionID: String?) {
    let path = violations.violations.first?.path
    self.init(
      .invalidRequest, title: "Request breaks the contract", detail: violations.description, field: path == "$" ? nil : path,
      violations: violations.violations, mode: mode, merchantTransactionID: merchantTransactionID)
  }
}
