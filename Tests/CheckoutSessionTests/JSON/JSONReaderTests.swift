import CheckoutSession
import Testing

@Suite("The reader")
struct JSONReaderTests {
  private func error(_ text: String, limits: JSONLimits = .request) -> JSONSyntaxError? {
    do {
      _ = try JSONDocument.parse(ArraySlice(shifted: text), limits: limits)
      return nil
    } catch { return error }
  }

  @Test(
    "names line and column of a fault",
    arguments: [
      ("{\"a\": 1,}", 1, 8), ("{\n  \"a\": 1,\n}", 2, 9), ("[1,\r\n2\r\n,]", 3, 1), ("[\r1,\r x]", 3, 2), ("{\"é€𝄞\": x}", 1, 9),
      ("", 1, 1), ("[1", 1, 3),
      ("{\"a\":1} x", 1, 9), ("[\"\\x\"]", 1, 4), ("[01]", 1, 3), ("nulL", 1, 1), ("{\"a\":1,\n\"a\":2}", 2, 1),
    ])
  func position(text: String, line: Int, column: Int) throws {
    let found = try #require(error(text))
    #expect(found.line == line && found.column == column, "\(found)")
  }

  @Test("says what is wrong without repeating the text")
  func noEcho() throws {
    #expect(error("{\"a\": 1,}")?.description == "line 1, column 8: found a trailing comma, expected '}' behind the last member")
    #expect(error("[secret]")?.description == "line 1, column 2: found a letter, expected a value")
    #expect(error("\u{FEFF}{}")?.found == "a byte order mark")
    for text in ["{\"hunter2\":1,\"hunter2\":2}", "{\"hunter2\" hunter2}", "hunter2", "\"hunter2"] {
      #expect(error(text)?.description.contains("hunter2") == false)
    }
  }

  @Test("tells its faults apart")
  func codes() {
    #expect(error("")?.code == .empty)
    #expect(error(" \n ")?.code == .empty)
    #expect(error("{\"a\":1,\"\\u0061\":2}")?.code == .duplicateKey)
    #expect(error("\"\\ud800\"")?.code == .invalidUnicode)
    #expect(error("[[]]", limits: JSONLimits(bytesMax: 100, depthMax: 1))?.code == .tooDeep)
    #expect(error("[[]]", limits: JSONLimits(bytesMax: 3))?.code == .tooLarge)
    #expect(error("[1,]")?.code == .syntax)
  }

  @Test("takes 32 levels and not 33")
  func depth() {
    #expect(error(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)) == nil)
    #expect(error(String(repeating: "[", count: 33) + String(repeating: "]", count: 33))?.code == .tooDeep)
    #expect(error(String(repeating: "{\"a\":", count: 33) + "1" + String(repeating: "}", count: 33))?.code == .tooDeep)
  }

  @Test("finds a duplicate among few and among very many names", arguments: [2, 16, 17, 30_000])
  func duplicates(count: Int) throws {
    let members = (0..<count).map { "\"\($0)\":0" }
    #expect(error("{" + members.joined(separator: ",") + "}", limits: .answer) == nil)
    let doubled = members + ["\"\\u0030\":1"]
    #expect(error("{" + doubled.joined(separator: ",") + "}", limits: .answer)?.code == .duplicateKey)
  }

  @Test("needs no more than n log n for names made alike", .timeLimit(.minutes(1)))
  func hostileNames() throws {
    // Same length, same first, middle and last byte: every shortcut by fingerprint fails.
    let names = (10_000..<30_000).map { "\"a\($0)a\($0)a\":0" }
    let document = try JSONDocument.parse(ArraySlice(shifted: "{" + names.joined(separator: ",") + "}"), limits: .answer)
    #expect(document.root.count == 20_000)
  }

  @Test(
    "chooses among members of one name",
    arguments: [
      (#"{"a":1,"a":null}"#, 1), (#"{"a":null,"a":1}"#, 1), (#"{"a":1,"a":2}"#, 2), (#"{"a":1,"a":2,"a":null}"#, 2),
      (#"{"a":null,"a":null}"#, nil),
    ] as [(String, Int64?)])
  func preferNonNull(text: String, expected: Int64?) throws {
    let value = try #require(try JSONDocument.parse(ArraySlice(shifted: text), duplicateKeys: .preferNonNull).root["a"])
    #expect(value.int == expected)
    #expect(value.isNull == (expected == nil))
  }

  @Test("gives values by kind")
  func values() throws {
    let text =
      #"{"i":-9223372036854775808,"big":9223372036854775808,"d":1.0,"e":1e2,"s":"a\u00e9\n","t":true,"f":false,"n":null,"o":{"x":[1,[2],{}]},"":7}"#
    let root = try JSONDocument.parse(ArraySlice(shifted: text)).root
    #expect(root["i"]?.int == .min)
    #expect(root["big"]?.int == nil && root["big"]?.rawNumber == "9223372036854775808")
    #expect(root["d"]?.int == nil && root["d"]?.rawNumber == "1.0")
    #expect(root["e"]?.int == nil)
    #expect(root["s"]?.string == "aé\n" && root["s"]?.scalarCount == 3)
    #expect(root["s"]?.stringEquals("aé\n") == true)
    #expect(root["t"]?.bool == true && root["f"]?.bool == false && root["n"]?.bool == nil)
    #expect(root["n"]?.isNull == true && root["missing"] == nil)
    #expect(root[""]?.int == 7)
    #expect(root["o"]?["x"]?.count == 3)
    #expect(root["o"]?["x"]?.elements.map(\.kind) == [.number, .array, .object])
    #expect(root.members.compactMap { $0.name.string }.count == 10)
    let range = try #require(root["t"]?.sourceRange)
    #expect(Array(text.utf8)[range].elementsEqual("true".utf8))
    #expect(root["s"]?.kind.withArticle == "a string")
  }

  @Test("reuses its memory without mixing texts up")
  func recycling() throws {
    var reader = JSONReader()
    let kept = try reader.parse(ArraySlice(shifted: "[1,2,3]"))
    reader.recycle(kept)
    let next = try reader.parse(ArraySlice(shifted: "[4,5]"))
    #expect(kept.root.elements.compactMap(\.int) == [1, 2, 3])
    #expect(next.root.elements.compactMap(\.int) == [4, 5])
    #expect(throws: JSONSyntaxError.self) { try reader.parse(ArraySlice(shifted: "[")) }
    #expect(try reader.parse(ArraySlice(shifted: "[6]")).root.elements.compactMap(\.int) == [6])
  }
}
