/// A moment of wall-clock time, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Everything that is stored, published or compared with the gateway's times is a `Timestamp`; waiting is done on a `Clock`.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public var millisecondsSinceEpoch: Int64

  /// Makes a moment from milliseconds since 1970-01-01T00:00:00Z.
  public init(millisecondsSinceEpoch: Int64) { self.millisecondsSinceEpoch = millisecondsSinceEpoch }

  /// Whether `lhs` is earlier.
  public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.millisecondsSinceEpoch < rhs.millisecondsSinceEpoch }

  /// The moment `rhs` later; parts of a millisecond are dropped.
  public static func + (lhs: Timestamp, rhs: Duration) -> Timestamp {
    Timestamp(millisecondsSinceEpoch: lhs.millisecondsSinceEpoch + rhs.wholeMilliseconds)
  }

  /// The moment `rhs` earlier; parts of a millisecond are dropped.
  public static func - (lhs: Timestamp, rhs: Duration) -> Timestamp {
    Timestamp(millisecondsSinceEpoch: lhs.millisecondsSinceEpoch - rhs.wholeMilliseconds)
  }

  /// The time from `rhs` to `lhs`; negative if `lhs` is earlier.
  public static func - (lhs: Timestamp, rhs: Timestamp) -> Duration {
    .milliseconds(lhs.millisecondsSinceEpoch - rhs.millisecondsSinceEpoch)
  }
}

extension Duration {
  /// This duration in whole milliseconds, cut towards zero.
  public var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
