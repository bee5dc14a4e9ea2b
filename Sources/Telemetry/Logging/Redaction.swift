/// The last line of defence against a credential or a `hostedUrl` in a log line.
///
/// The rule of the project is that code does not log such a value in the first place (design/architecture.md, contract/gateway.md); this
/// pass exists for the day a library's error text or a new member carries one anyway. It goes by how a value looks, so it is not a
/// licence to log what it happens to catch. What is replaced by `[redacted]`:
///
/// - after `Bearer ` or `Basic ` (any case): a run of token characters of 8 or more, unless it is a plain word (under 20, lower case only);
/// - a JSON web token, whole or cut: `eyJ` and at least 13 more token characters;
/// - a URL with `checkoutSessionId=` (also percent-encoded) in it, from its scheme to its end;
/// - the value after `access_token`, `refresh_token`, `id_token`, `client_secret`, `hcpToken` or `password` with `=` or `:`;
/// - the whole value of a metadata key that names a credential or a member of `customer`; see ``isSensitive(key:)``.
public enum Redaction {
  /// What stands where a value was taken out.
  public static let mark: StaticString = "[redacted]"

  /// `text` as it would stand in a log line; the same text when nothing in it looks sensitive.
  public static func redacted(_ text: String) -> String {
    var text = text
    let ranges = text.withUTF8 { sensitiveRanges(in: $0) }
    guard !ranges.isEmpty else { return text }
    return text.withUTF8 { bytes in
      var result: [UInt8] = []
      var position = 0
      for range in ranges {
        result.append(contentsOf: bytes[position..<range.lowerBound])
        mark.withUTF8Buffer { result.append(contentsOf: $0) }
        position = range.upperBound
      }
      result.append(contentsOf: bytes[position...])
      return String(decoding: result, as: UTF8.self)
    }
  }

  /// Whether a metadata key (or any part of a dotted one) names a value that never belongs into a log, compared without case, `_` and `-`.
  public static func isSensitive(key: String) -> Bool {
    key.split(separator: ".").contains { part in
      sensitiveKeys.contains(String(decoding: part.utf8.lazy.filter { $0 != 0x5F && $0 != 0x2D }.map(lowercased), as: UTF8.self))
    }
  }

  private static let sensitiveKeys: Set<String> = [
    "accesstoken", "authorization", "bearertoken", "clientsecret", "cookie", "hcptoken", "hostedurl", "idtoken", "password",
    "proxyauthorization", "refreshtoken", "saslpassword", "secret", "setcookie", "token",
    "customer", "dateofbirth", "email", "firstname", "lastname", "phonenumber", "ssnlastfour", "zip5",
  ]

  /// The parts of UTF-8 text to take out, ascending, not overlapping, each on character boundaries. One pass, linear in the text.
  static func sensitiveRanges(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      if isCandidateStart(bytes[index]), let match = match(at: index, in: bytes) {
        // A URL reaches back to its scheme, perhaps into a range already taken.
        let start = max(match.lowerBound, ranges.last?.upperBound ?? 0)
        ranges.append(start..<match.upperBound)
        index = match.upperBound
      } else {
        index += 1
      }
    }
    return ranges
  }

  /// First letters of every pattern, either case: lets the scan pass over most bytes with one test.
  private static func isCandidateStart(_ byte: UInt8) -> Bool {
    switch lowercased(byte) {
    case UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "c"), UInt8(ascii: "e"), UInt8(ascii: "h"), UInt8(ascii: "i"),
      UInt8(ascii: "p"), UInt8(ascii: "r"):
      true
    default: false
    }
  }

  private static func match(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    if let range = RedactionPattern.hostedURL(at: index, in: bytes) { return range }
    let startsWord = index == 0 || !isWordByte(bytes[index - 1])
    guard startsWord else { return nil }
    return RedactionPattern.jsonWebToken(at: index, in: bytes)
      ?? RedactionPattern.authorization(at: index, in: bytes)
      ?? RedactionPattern.keyedSecret(at: index, in: bytes)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// ASCII lower case; other bytes as they are.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
