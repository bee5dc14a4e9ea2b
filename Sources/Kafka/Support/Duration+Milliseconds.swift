extension Duration {
  /// Whole milliseconds, rounded up so that a short wait does not become none, within what C's `int` holds.
  var milliseconds: Int32 {
    guard self > .zero else { return 0 }
    let parts = components
    guard parts.seconds < 2_000_000 else { return 2_000_000_000 }
    return Int32(parts.seconds * 1000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  /// Whole microseconds.
  var microseconds: Int64 {
    let parts = components
    guard parts.seconds < 1_000_000_000_000 else { return .max }
    return parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
  }
}
