import CheckoutSession
import Testing

/// RFC 7386.
@Suite struct MergePatchTests {
  /// Appendix A, in its order: text, patch, result.
  @Test(arguments: [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
    (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
    (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
    (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
    (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
    (#"{"a":"foo"}"#, "null", "null"),
    (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
    ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
  ])
  func appliesTheExamplesOfTheAppendix(text: String, patch: String, expected: String) throws {
    #expect(try patched(text, patch) == expected)
  }

  @Test(arguments: [
    // What is not named stays as it is written: numbers, escapes, white space, unknown members, order.
    (#"{ "n": 1.50e0 , "a" : 1, "s": "é\/" }"#, #"{"a":2}"#, #"{ "n": 1.50e0, "a" : 2, "s": "é\/" }"#),
    ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", #"{"b":null}"#, "{\n  \"a\": 1\n}\n"),
    ("{\n  \"a\": 1,\n  \"b\": 2\n}", #"{"a":null}"#, "{\n  \"b\": 2\n}"),
    ("{\n  \"a\": 1\n}", #"{"c":3}"#, "{\n  \"a\": 1,\n  \"c\":3\n}"),
    ("{\n  \"a\": {\n    \"b\": 1\n  }\n}", #"{"a":{"c":[1, 2]}}"#, "{\n  \"a\": {\n    \"b\": 1,\n    \"c\":[1, 2]\n  }\n}"),
    ("{ }", #"{"a":1}"#, #"{"a":1 }"#),
    (" {\"a\":1} ", "{}", " {\"a\":1} "),
    (#"{"a":1,"b":2,"c":3}"#, #"{"a":null,"b":null,"c":null}"#, "{}"),
    // A name is what its escapes stand for.
    (##"{"\u0061":1,"b":2}"##, #"{"a":3}"#, ##"{"\u0061":3,"b":2}"##),
    (##"{"a":1}"##, ##"{"\u0061":null}"##, "{}"),
    // Null in an array is a value.
    (#"{"a":1}"#, #"{"a":[null]}"#, #"{"a":[null]}"#),
    (#"{"a":1}"#, #"{"b":{"c":null,"d":{"e":null}}}"#, #"{"a":1,"b":{"d":{}}}"#),
  ])
  func leavesTheRestAsItIsWritten(text: String, patch: String, expected: String) throws {
    #expect(try patched(text, patch) == expected)
  }

  @Test func makesAnObjectOfNothing() throws {
    let patch = try MergePatch(Array(#"{"a":1,"b":null}"#.utf8)[...])
    #expect(String(decoding: try patch.apply(to: nil), as: UTF8.self) == #"{"a":1}"#)
  }

  @Test(arguments: [
    ("{\n  \"a\" : [1, 2] ,\r\n\t\"b c\": \"x \\\" y\" }\n", #"{"a":[1,2],"b c":"x \" y"}"#), (" null ", "null"),
    (#"{"a":"\\" , "b" : 1}"#, #"{"a":"\\","b":1}"#),
  ])
  func isWrittenOnOneLine(text: String, expected: String) throws {
    #expect(String(decoding: try MergePatch(Array(text.utf8)[...]).compact, as: UTF8.self) == expected)
  }

  @Test func worksOnASliceOfALargerBuffer() throws {
    let buffer = Array(#"xx{"a":1, "b":2}yy{"b":3}zz"#.utf8)
    let patch = try MergePatch(buffer[18..<25])
    #expect(String(decoding: try patch.apply(to: buffer[2..<16]), as: UTF8.self) == #"{"a":1, "b":3}"#)
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, JSONSyntaxError.Code.duplicateKey),
    (#"{"a":}"#, .syntax),
    ("", .empty),
    (String(repeating: "[", count: 40) + String(repeating: "]", count: 40), .tooDeep),
    ("\"" + String(repeating: "x", count: 64 * 1024) + "\"", .tooLarge),
  ])
  func refusesAPatchThatNobodyCanRead(patch: String, code: JSONSyntaxError.Code) {
    #expect(throws: JSONSyntaxError.self) { try MergePatch(Array(patch.utf8)[...]) }
    do {
      _ = try MergePatch(Array(patch.utf8)[...])
    } catch {
      #expect(error.code == code)
    }
  }

  @Test func refusesATextThatNamesAMemberTwice() throws {
    #expect(throws: JSONSyntaxError.self) { try patched(#"{"a":1,"a":2}"#, #"{"b":1}"#) }
  }

  /// Every member of a text is either touched by the patch or still there byte for byte, whatever their order and number.
  @Test func keepsEveryMemberThatIsNotNamed() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let names = (0..<Int.random(in: 0...12, using: &random)).map { "m\($0)" }.shuffled(using: &random)
      let touched = Set(names.filter { _ in Bool.random(using: &random) })
      let text = "{" + names.map { "\"\($0)\": \"\($0)\"" }.joined(separator: " ,\n") + "}"
      let patch = "{" + touched.sorted().map { "\"\($0)\":null" }.joined(separator: ",") + "}"
      let result = try patched(text, patch)
      let document = try JSONDocument.parse(Array(result.utf8)[...])
      #expect(document.root.members.compactMap { $0.name.string } == names.filter { !touched.contains($0) }, "\(text) \(patch)")
    }
  }

  private func patched(_ text: String, _ patch: String) throws -> String {
    String(decoding: try MergePatch(Array(patch.utf8)[...]).apply(to: Array(text.utf8)[...]), as: UTF8.self)
  }
}
