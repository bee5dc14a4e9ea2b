/// Masks in foreign text what it repeats of a request: the gateway's `detail` goes into replies, dead letters and the ledger, and may quote
/// a name, an address or a token.
public struct CustomerDataScrubber: Sendable {
  /// What stands in the place of everything masked.
  public static let mask = "[redacted]"

  /// Shortest value that is masked, in bytes: shorter ones are in every text.
  private static let valueBytesMin = 3
  /// Values of so few letters are masked only as whole words: `ent` is a name, but not in `enterpriseId`.
  private static let wordLettersMax = 4

  /// The values to mask, in lower case (ASCII), longest first so that no part of one is left over.
  private let values: [[UInt8]]

  /// Learns the leaves under `customer`, `agent` and every `metadata` of a request's body. From a body that is not JSON nothing can be
  /// learned; ``scrub(_:)`` then masks only tokens and URLs.
  public init(body: ArraySlice<UInt8>) {
    guard let document = try? JSONDocument.parse(body, limits: .request, duplicateKeys: .preferNonNull) else {
      values = []
      return
    }
    var found: Set<[UInt8]> = []
    SensitiveLeaves.forEach(in: document.root) { leaf in
      guard leaf.kind == .string || leaf.kind == .number else { return }
      let bytes = leaf.kind == .string ? leaf.utf8 : leaf.source
      if bytes.count >= Self.valueBytesMin { found.insert(bytes.map(ASCIIText.lowercased)) }
    }
    values = found.sorted { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
  }

  /// `text` with those values, whatever the case of their letters, and everything that looks like a token or a session's URL masked.
  public func scrub(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for value in values { bytes = Self.mask(value, in: bytes) }
    return CredentialScrubber.scrub(String(decoding: bytes, as: UTF8.self))
  }

  private static func mask(_ value: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    // Most values are not there: look before copying.
    guard bytes.count >= value.count, (0...bytes.count - value.count).contains(where: { matches(value, bytes, at: $0) }) else {
      return bytes
    }
    let isWord = value.count <= wordLettersMax && value.allSatisfy(ASCIIText.isLetter)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let end = index + value.count
      if end <= bytes.count, matches(value, bytes, at: index), !isWord || standsAlone(bytes, index..<end) {
        result.append(contentsOf: mask.utf8)
        index = end
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func matches(_ value: [UInt8], _ bytes: [UInt8], at index: Int) -> Bool {
    for offset in value.indices where ASCIIText.lowercased(bytes[index + offset]) != value[offset] { return false }
    return true
  }

  private static func standsAlone(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let before = range.lowerBound > 0 && ASCIIText.isLetterOrDigit(bytes[range.lowerBound - 1])
    let after = range.upperBound < bytes.count && ASCIIText.isLetterOrDigit(bytes[range.upperBound])
    return !before && !after
  }
}

extension CustomerDataScrubber {
  /// A request's body with every leaf under `customer`, `agent` and every `metadata` replaced by `"[redacted]"`, all else byte for byte;
  /// nil for a body that is not JSON: what cannot be read cannot be masked. For `deadLetters.payload: redacted`.
  public static func redactedBody(_ body: ArraySlice<UInt8>) -> [UInt8]? {
    guard let document = try? JSONDocument.parse(body, limits: .request, duplicateKeys: .preferNonNull) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(body.count)
    var copied = body.startIndex
    SensitiveLeaves.forEach(in: document.root) { leaf in
      let source = leaf.source
      result.append(contentsOf: body[copied..<source.startIndex])
      result.append(contentsOf: "\"\(mask)\"".utf8)
      copied = source.endIndex
    }
    result.append(contentsOf: body[copied...])
    return result
  }
}
