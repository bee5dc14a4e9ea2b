extension Timestamp {
  /// Reads an RFC 3339 date-time: `2030-01-01T12:00:00.123Z`, `2030-01-01t12:00:00+02:00`. Digits beyond milliseconds are dropped.
  ///
  /// `T` and `Z` may be in lower case and `T` may be a space, as the RFC allows. A leap second (`:60`) is accepted where one can be: at the
  /// end of a month's last day in UTC; it counts as the second after. Nil for everything else: dates that do not exist, missing offsets,
  /// other text.
  public init?(rfc3339 text: some Collection<UInt8>) {
    let fast = text.withContiguousStorageIfAvailable { RFC3339Scanner.milliseconds($0.span) }
    guard let milliseconds = fast ?? RFC3339Scanner.milliseconds(Array(text).span) else { return nil }
    self.init(millisecondsSinceEpoch: milliseconds)
  }

  /// Reads an RFC 3339 date-time; see ``init(rfc3339:)-(Collection<UInt8>)``.
  public init?(rfc3339 text: String) { self.init(rfc3339: text.utf8) }

  /// This moment in UTC with milliseconds, `2030-01-01T12:00:00.123Z`.
  public var rfc3339: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    appendRFC3339(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends ``rfc3339`` to `bytes`. Years outside 0 to 9999, which RFC 3339 cannot write, come out as the nearest that it can.
  public func appendRFC3339(to bytes: inout [UInt8]) {
    let clamped = min(max(millisecondsSinceEpoch, -62_167_219_200_000), 253_402_300_799_999)
    let day = CivilDate.floorDivide(clamped, by: 86_400_000)
    let time = clamped - day * 86_400_000
    let date = CivilDate(daysSinceEpoch: day)
    DecimalText.append(padded: Int64(date.year), digits: 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    DecimalText.append(padded: Int64(date.month), digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    DecimalText.append(padded: Int64(date.day), digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    DecimalText.append(padded: time / 3_600_000, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    DecimalText.append(padded: time / 60_000 % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    DecimalText.append(padded: time / 1000 % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    DecimalText.append(padded: time % 1000, digits: 3, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }
}
