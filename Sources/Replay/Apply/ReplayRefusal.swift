/// Why a line of a plan that should be sent is not. Holds no customer data.
public struct ReplayRefusal: Hashable, Sendable {
  /// A stable name for programs. Open.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The dead letter's place holds another record than when the plan was made.
    public static let recordChanged = Code(rawValue: "RECORD_CHANGED")
    /// The dead letter has been removed from its topic.
    public static let deadLetterGone = Code(rawValue: "DEAD_LETTER_GONE")
    /// The failed request has been removed from the request topic, and the dead letter only refers to it.
    public static let originalGone = Code(rawValue: "GONE")
    /// The place of the failed request holds another one.
    public static let originalChanged = Code(rawValue: "ORIGINAL_CHANGED")
    /// The dead letter carries a masked value.
    public static let redacted = Code(rawValue: "REDACTED")
    /// The merge patch cannot be applied, or what it makes is still rejected.
    public static let editRejected = Code(rawValue: "EDIT_REJECTED")
    /// It has been replayed as often as `replay.maxAttempts` allows.
    public static let overLimit = Code(rawValue: "OVER_MAX_ATTEMPTS")
    /// It cannot be told any more whether a run that died has sent it.
    public static let cannotTell = Code(rawValue: "MAYBE_SENT")
    /// The request topic does not take a record of this size.
    public static let tooLarge = Code(rawValue: "TOO_LARGE")
  }

  /// Why, for programs.
  public var code: Code
  /// Why, for people.
  public var detail: String

  static func overLimit(_ replayed: Int) -> ReplayRefusal {
    ReplayRefusal(
      .overLimit, "replayed \(replayed == 1 ? "once" : "\(replayed) times") already; replay.maxAttempts allows no more, --force does")
  }

  /// Makes a refusal.
  public init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }
}
