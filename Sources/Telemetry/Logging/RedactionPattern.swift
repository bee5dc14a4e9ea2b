/// What the values that ``Redaction`` takes out look like. Each function answers the range to take out when its pattern begins at `index`.
enum RedactionPattern {
  private static let schemes: [StaticString] = ["bearer", "basic"]
  private static let secretNames: [StaticString] = [
    "access_token", "refresh_token", "id_token", "client_secret", "hcptoken", "password",
  ]

  /// `checkoutSessionId=` inside a URL: the URL from its scheme (or the start of the run) to its end.
  static func hostedURL(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    guard let nameEnd = indexAfter("checkoutsessionid", at: index, in: bytes) else { return nil }
    guard indexAfter("=", at: nameEnd, in: bytes) ?? indexAfter("%3d", at: nameEnd, in: bytes) != nil else { return nil }
    var start = index
    while start > 0, !endsURL(bytes[start - 1]) { start -= 1 }
    if let scheme = (start..<index).first(where: { indexAfter("http", at: $0, in: bytes) != nil }) { start = scheme }
    var end = nameEnd
    while end < bytes.count, !endsURL(bytes[end]) { end += 1 }
    return start..<end
  }

  /// `eyJ` is base64url for `{"`: the start of every JSON web token's header.
  static func jsonWebToken(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    guard index + 3 <= bytes.count, bytes[index] == UInt8(ascii: "e"), bytes[index + 1] == UInt8(ascii: "y"),
      bytes[index + 2] == UInt8(ascii: "J")
    else { return nil }
    let end = endOfToken(from: index, in: bytes)
    return end - index >= 16 ? index..<end : nil
  }

  /// What follows an authorization scheme; the scheme itself stays readable.
  static func authorization(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    for scheme in schemes {
      guard var start = indexAfter(scheme, at: index, in: bytes) else { continue }
      let schemeEnd = start
      while start < bytes.count, isSeparator(bytes[start]) { start += 1 }
      guard start > schemeEnd else { continue }
      let end = endOfToken(from: start, in: bytes)
      guard end - start >= 8 else { continue }
      // "bearer authentication failed" is a sentence; generated credentials of that length have other characters in them.
      let isWord = end - start < 20 && bytes[start..<end].allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: ".") }
      if !isWord { return start..<end }
    }
    return nil
  }

  /// The value of a member or form field whose name says that it is a secret; the name stays readable.
  static func keyedSecret(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    for name in secretNames {
      guard var start = indexAfter(name, at: index, in: bytes) else { continue }
      var sawAssignment = false
      while start < bytes.count, isSeparator(bytes[start]) || isQuote(bytes[start]) {
        if bytes[start] == UInt8(ascii: "=") || bytes[start] == UInt8(ascii: ":") { sawAssignment = true }
        start += 1
      }
      guard sawAssignment else { continue }
      var end = start
      while end < bytes.count, !endsURL(bytes[end]), bytes[end] != UInt8(ascii: "&"), bytes[end] != UInt8(ascii: ";") { end += 1 }
      if end > start { return start..<end }
    }
    return nil
  }

  /// The index after `literal` (given in lower case) when it stands at `index`, in any case.
  private static func indexAfter(_ literal: StaticString, at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    literal.withUTF8Buffer { literal in
      guard index + literal.count <= bytes.count else { return nil }
      for offset in literal.indices where Redaction.lowercased(bytes[index + offset]) != literal[offset] { return nil }
      return index + literal.count
    }
  }

  /// The end of a run of the characters of a bearer token (RFC 6750 `b64token`), which those of a JSON web token are among.
  private static func endOfToken(from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var end = start
    while end < bytes.count, isTokenByte(bytes[end]) { end += 1 }
    return end
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="):
      true
    default: false
    }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=")
  }

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\")
  }

  /// Bytes that end a URL or a quoted value in running text or JSON.
  private static func endsURL(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F, UInt8(ascii: ","), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
      true
    default: isQuote(byte)
    }
  }
}
