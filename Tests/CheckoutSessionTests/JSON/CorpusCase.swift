import Testing

/// One line of Fixtures/json-test-suite/cases.tsv.
struct CorpusCase: CustomTestStringConvertible, Sendable {
  let name: String
  let isAccepted: Bool
  let bytes: [UInt8]
  var testDescription: String { name }

  static func load() throws -> [CorpusCase] {
    let text = String(decoding: try Fixture.bytes("json-test-suite/cases.tsv"), as: UTF8.self)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let columns = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      return columns.count == 3
        ? CorpusCase(name: String(columns[0]), isAccepted: columns[1] == "accept", bytes: bytes(Array(columns[2].utf8))) : nil
    }
  }

  private static func bytes(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      let rest = String(decoding: text[index...], as: UTF8.self)
      if let match = rest.prefixMatch(of: /\\x([0-9A-F]{2})/), let byte = UInt8(match.1, radix: 16) {
        result.append(byte)
        index += 4
      } else if let match = rest.prefixMatch(of: /\{([0-9]+) times (.+?)\}/), let count = Int(match.1) {
        for _ in 0..<count { result.append(contentsOf: match.2.utf8) }
        index += match.0.utf8.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
