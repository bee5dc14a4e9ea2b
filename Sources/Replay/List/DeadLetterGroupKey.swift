import CheckoutSession

/// What the dead letters of a group have in common.
public struct DeadLetterGroupKey: Hashable, Sendable {
  /// What dead letters can be grouped by.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    /// ``DeadLetter/errorClass``.
    case errorClass = "class"
    /// ``DeadLetter/errorCode``.
    case code
    /// ``DeadLetter/merchantID``.
    case merchant
    /// ``DeadLetter/mode``.
    case mode
    /// The hour of ``DeadLetter/at``, in UTC.
    case hour
  }

  /// The class, if grouped by it.
  public var errorClass: DeadLetterClass?
  /// The code, if grouped by it.
  public var code: String?
  /// The merchant, if grouped by it and known.
  public var merchantID: String?
  /// The mode, if grouped by it and known.
  public var mode: SessionMode?
  /// When the hour begins, if grouped by it.
  public var hour: Timestamp?

  static let millisecondsOfHour: Int64 = 3_600_000

  /// The key of a dead letter's group.
  public init(_ letter: DeadLetter, by parts: Set<Part>) {
    if parts.contains(.errorClass) { errorClass = letter.errorClass }
    if parts.contains(.code) { code = letter.errorCode }
    if parts.contains(.merchant) { merchantID = letter.merchantID }
    if parts.contains(.mode) { mode = letter.mode }
    if parts.contains(.hour) { hour = Self.hour(of: letter.at) }
  }

  private static func hour(of at: Timestamp) -> Timestamp {
    let time = at.millisecondsSinceEpoch
    let sinceHour = ((time % millisecondsOfHour) + millisecondsOfHour) % millisecondsOfHour
    return Timestamp(millisecondsSinceEpoch: time - sinceHour)
  }

  /// The same group of every hour.
  var withoutHour: DeadLetterGroupKey {
    var key = self
    key.hour = nil
    return key
  }

  /// An order for groups that have nothing else to be ordered by.
  var sortingText: String {
    [errorClass?.rawValue ?? "", code ?? "", merchantID ?? "", mode?.rawValue ?? ""].joined(separator: "\u{0}")
  }
}
