import CheckoutSession

extension Span<UInt8> {
  /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that a sender may use (RFC 9110, section 5.6.7); nil for everything else.
  ///
  /// Without a `String`: this is read once for every answer.
  func secondsOfHTTPDate(in range: Range<Int>) -> Int64? {
    guard range.count == 29 else { return nil }
    let at = range.lowerBound
    guard self[at + 3] == UInt8(ascii: ","), self[at + 4] == UInt8(ascii: " "), self[at + 16] == UInt8(ascii: " "),
      self[at + 19] == UInt8(ascii: ":"), self[at + 22] == UInt8(ascii: ":"),
      equalsLowercased("gmt", in: at + 26..<at + 29)
    else { return nil }
    guard let day = decimal(in: at + 5..<at + 7), let month = month(in: at + 8..<at + 11), let year = decimal(in: at + 12..<at + 16),
      let hour = decimal(in: at + 17..<at + 19), let minute = decimal(in: at + 20..<at + 22), let second = decimal(in: at + 23..<at + 25)
    else { return nil }
    return HTTPDate.secondsSinceEpoch(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
  }

  private func month(in range: Range<Int>) -> Int? {
    let names: StaticString = "janfebmaraprmayjunjulaugsepoctnovdec"
    return names.withUTF8Buffer { names in
      for month in 0..<12 {
        let isSame = (0..<3).allSatisfy { self[range.lowerBound + $0] | 0x20 == names[month * 3 + $0] }
        if isSame { return month + 1 }
      }
      return nil
    }
  }
}
