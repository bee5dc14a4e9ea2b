/// Masks words that look like credentials: what follows `Bearer`, JSON Web Tokens, and URLs that open a session.
enum CredentialScrubber {
  /// `text` without them.
  static func scrub(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var followsBearer = false
    var index = 0
    while index < bytes.count {
      let end = bytes[index...].firstIndex(where: isBoundary) ?? bytes.count
      if end == index {
        result.append(bytes[index])
        index += 1
        continue
      }
      let word = bytes[index..<end]
      let isBearer = ASCIIText.equalsIgnoringCase(word, "bearer".utf8)
      if !isBearer && (followsBearer && word.count >= 8 || opensSession(word) || holdsToken(word)) {
        result.append(contentsOf: CustomerDataScrubber.mask.utf8)
      } else {
        result.append(contentsOf: word)
      }
      followsBearer = isBearer
      index = end
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// White space and the signs that text puts around a value. Not the signs that URLs and tokens are made of.
  private static func isBoundary(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"):
      true
    default: false
    }
  }

  private static func opensSession(_ word: ArraySlice<UInt8>) -> Bool { find("checkoutsessionid=", in: word) != nil }

  /// `eyJ` begins every base64 text whose JSON begins with `{"`, so every token with a JOSE header.
  private static func holdsToken(_ word: ArraySlice<UInt8>) -> Bool {
    guard let start = find("eyj", in: word) else { return false }
    if start > word.startIndex, ASCIIText.isLetterOrDigit(word[start - 1]) { return false }
    return word.endIndex - start >= 12
  }

  private static func find(_ lowercased: StaticString, in word: ArraySlice<UInt8>) -> Int? {
    lowercased.withUTF8Buffer { wanted in
      guard word.count >= wanted.count else { return nil }
      return (word.startIndex...word.endIndex - wanted.count).first { start in
        wanted.indices.allSatisfy { ASCIIText.lowercased(word[start + $0]) == wanted[$0] }
      }
    }
  }
}
