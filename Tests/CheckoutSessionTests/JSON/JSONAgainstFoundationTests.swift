import CheckoutSession
import Foundation
import Testing

@Suite("The reader against Foundation's")
struct JSONAgainstFoundationTests {
  @Test("finds the same values in random texts", arguments: 0..<40)
  func validTexts(seed: Int) throws {
    var texts = RandomJSON(seed: UInt64(seed))
    var reader = JSONReader()
    for _ in 0..<150 {
      let text = texts.text()
      let document = try reader.parse(ArraySlice(shifted: text))
      let expected = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
      #expect(Self.isSame(document.root, expected), "\(text)")
      reader.recycle(document)
    }
  }

  /// Foundation is lenient where we are strict by rule: a byte order mark, duplicate names, trailing commas, bad UTF-8. What only it accepts
  /// must be one of these.
  @Test("accepts the same damaged texts", arguments: 0..<40)
  func damagedTexts(seed: Int) throws {
    var texts = RandomJSON(seed: 1000 + UInt64(seed))
    var accepted = 0
    for _ in 0..<300 {
      let bytes = texts.damaged(texts.text())
      let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      do {
        let document = try JSONDocument.parse(bytes[...], duplicateKeys: .reject)
        accepted += 1
        // Foundation refuses numbers beyond a Double; to us a number is its text.
        let overflows = String(decoding: bytes, as: UTF8.self).contains(/[eE]\+?[0-9]{3}/)
        let isSame = theirs.map { Self.isSame(document.root, $0) } ?? overflows
        #expect(isSame, "only we accept \(String(decoding: bytes, as: UTF8.self))")
      } catch {
        let isStricter =
          error.code == .duplicateKey || error.found == "a trailing comma" || bytes.starts(with: [0xEF, 0xBB, 0xBF])
          || Self.isUnicodeLeniency(bytes)
        #expect(theirs == nil || isStricter, "only Foundation accepts \(String(decoding: bytes, as: UTF8.self)): \(error)")
      }
    }
    #expect(accepted > 20)
  }

  /// Foundation guesses UTF-16 and UTF-32 from zero bytes, and repairs bad UTF-8 in some places.
  private static func isUnicodeLeniency(_ bytes: [UInt8]) -> Bool { bytes.contains(0) || String(validating: bytes, as: UTF8.self) == nil }

  private static func isSame(_ value: JSONValue, _ expected: Any) -> Bool {
    switch value.kind {
    case .null: return expected is NSNull
    case .bool: return (expected as? Bool) == value.bool
    case .number:
      guard let number = expected as? NSNumber else { return false }
      if let int = value.int { return number.int64Value == int }
      return Double(value.rawNumber ?? "") == number.doubleValue
    case .string: return (expected as? String).map { Array($0.utf8) == Array(value.utf8) && value.stringEquals($0) } ?? false
    case .array:
      guard let array = expected as? [Any], array.count == value.count else { return false }
      return zip(value.elements, array).allSatisfy { isSame($0, $1) }
    case .object:
      guard let object = expected as? [String: Any], object.count == value.count else { return false }
      return object.allSatisfy { name, member in value[name].map { isSame($0, member) } ?? false }
    }
  }
}
